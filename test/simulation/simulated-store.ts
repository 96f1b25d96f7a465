import type {
  ExecutionEntry,
  ExecutionQuery,
  HeldLease,
  Lease,
  LeaseRequest,
  LogEnds,
  RecordQuery,
  Store,
  StoredRecord,
  TurnCommit,
  WakeUp,
  WakeUpQuery,
} from '../../runtime/ports/store.ts';
import type { MemoryDisk } from '../../runtime/stores/memory/memory-disk.ts';
import { MemoryStore } from '../../runtime/stores/memory/memory-store.ts';
import type { Dice } from './dice.ts';
import type { ProcessLife } from './process-life.ts';
import type { SimulatedTime } from './simulated-time.ts';

export interface StoreFaults {
  /** Chance of a commit to be refused, with nothing written. */
  readonly refused: number;
  /** Chance of a commit to be written although the process is told that it failed. */
  readonly unknown: number;
  /** Chance of a read to fail. */
  readonly unreadable: number;
  /** Chance of a call to take up to two seconds. */
  readonly slow: number;
}

/** What a world gives the store of one life. */
export interface StoreWorld {
  readonly disk: MemoryDisk;
  readonly life: ProcessLife;
  readonly time: SimulatedTime;
  readonly dice: Dice;
  readonly faults: StoreFaults;
  readonly trace: (text: string) => void;
  /** A commit has been written. */
  readonly committed: (commit: TurnCommit) => void;
}

/**
 * A store whose calls take simulated time, and fail. The process may crash while one is under way: a commit may then be
 * written or not, and arrive even after the process is gone, unless a new owner was faster and it is fenced.
 */
export class SimulatedStore implements Store {
  readonly #world: StoreWorld;
  readonly #store: MemoryStore;
  #committing = false;

  constructor(world: StoreWorld) {
    this.#world = world;
    this.#store = new MemoryStore(world.disk);
  }

  get partitionCount(): number {
    return this.#store.partitionCount;
  }

  acquireLease(request: LeaseRequest): Promise<Lease | undefined> {
    return this.#read('acquireLease', () => this.#store.acquireLease(request), 0);
  }

  renewLease(lease: Lease, termMs: number): Promise<boolean> {
    return this.#read('renewLease', () => this.#store.renewLease(lease, termMs));
  }

  releaseLease(lease: Lease): Promise<void> {
    return this.#read('releaseLease', () => this.#store.releaseLease(lease));
  }

  readLeases(): Promise<readonly HeldLease[]> {
    return this.#read('readLeases', () => this.#store.readLeases());
  }

  commitTurns(commit: TurnCommit): Promise<void> {
    const { life, time, dice, faults, trace } = this.#world;
    if (this.#committing) throw new TypeError('one commit is under way at a time');
    if (!life.reach(`commit ${commit.number}`)) return never();
    this.#committing = true;
    const refused = dice.chance(faults.refused);
    const unknown = dice.chance(faults.unknown);
    const outlivesProcess = dice.chance(0.5);
    return new Promise((resolve, reject) => {
      const answer = (run: () => void): void => {
        time.after(this.#latency(), () => {
          this.#committing = false;
          if (life.reach(`answer to commit ${commit.number}`)) run();
        });
      };
      time.after(this.#latency(), () => {
        if (!life.alive && !outlivesProcess) return;
        trace(`store: ${commitText(commit)}${refused ? ' refused' : ''}${unknown ? ' answered with an error' : ''}`);
        if (refused) return answer(() => reject(new SimulatedFault('refused')));
        this.#apply(commit).then(
          () => answer(() => (unknown ? reject(new SimulatedFault('outcome unknown')) : resolve())),
          (error: unknown) => answer(() => reject(error)),
        );
      });
    });
  }

  readLog(executionKey: string): Promise<readonly Uint8Array[] | undefined> {
    return this.#read('readLog', () => this.#store.readLog(executionKey));
  }

  readLogEnds(executionKey: string): Promise<LogEnds | undefined> {
    return this.#read('readLogEnds', () => this.#store.readLogEnds(executionKey));
  }

  listExecutions(query: ExecutionQuery): Promise<readonly ExecutionEntry[]> {
    return this.#read('listExecutions', () => this.#store.listExecutions(query));
  }

  readWakeUps(query: WakeUpQuery): Promise<readonly WakeUp[]> {
    return this.#read('readWakeUps', () => this.#store.readWakeUps(query));
  }

  readRecord(partition: number, key: string): Promise<Uint8Array | undefined> {
    return this.#read('readRecord', () => this.#store.readRecord(partition, key));
  }

  readRecords(query: RecordQuery): Promise<readonly StoredRecord[]> {
    return this.#read('readRecords', () => this.#store.readRecords(query));
  }

  close(): Promise<void> {
    return this.#world.life.reach('close') ? this.#store.close() : never();
  }

  async #apply(commit: TurnCommit): Promise<void> {
    const { disk, committed } = this.#world;
    const before = disk.leases.get(commit.partition)?.lease.commitNumber;
    const written = this.#store.commitTurns(commit);
    if (disk.leases.get(commit.partition)?.lease.commitNumber !== before) committed(commit);
    await written;
  }

  async #read<T>(call: string, read: () => Promise<T>, unreadable = this.#world.faults.unreadable): Promise<T> {
    const { life, dice } = this.#world;
    if (!life.reach(call)) return never();
    const fails = dice.chance(unreadable);
    await this.#pause();
    const result = await read();
    await this.#pause();
    if (!life.reach(`answer to ${call}`)) return never();
    if (fails) throw new SimulatedFault(`${call} failed`);
    return result;
  }

  #pause(): Promise<void> {
    const { life, time } = this.#world;
    return new Promise((resolve) => {
      time.after(this.#latency(), () => {
        if (life.alive) resolve();
      });
    });
  }

  #latency(): number {
    const { dice, faults } = this.#world;
    return dice.chance(faults.slow) ? dice.between(0, 2_000) : dice.between(0, 3);
  }
}

export class SimulatedFault extends Error {
  override readonly name = 'SimulatedFault';
}

/** What a process waits for that is gone. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

function commitText({ number, executions, records }: TurnCommit): string {
  const keys = executions.map(({ key, entryAfter }) => `${key.split(':').at(-1)} ${entryAfter.status}`);
  return `commit ${number} [${[...keys, ...records.map(({ key, value }) => (value === undefined ? `-${key}` : key))].join(', ')}]`;
}
