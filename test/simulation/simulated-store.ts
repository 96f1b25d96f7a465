import type {
  EndedPage,
  EndedQuery,
  ExecutionEntry,
  ExecutionQuery,
  HeldLease,
  Lease,
  LeaseRequest,
  LogEnds,
  NamePage,
  NameQuery,
  RecordQuery,
  Store,
  StoredRecord,
  TurnCommit,
  WakeUp,
  WakeUpQuery,
} from '../../runtime/ports/store.ts';
import type { MemoryDisk } from '../../runtime/stores/memory/memory-disk.ts';
import { MemoryStore } from '../../runtime/stores/memory/memory-store.ts';
import type { StoreLink } from './store-link.ts';

/** What a simulated store has done, told in the moment in which it is done. */
export interface StoreWatch {
  committed(commit: TurnCommit): void;
  leased(lease: Lease, nodeId: string): void;
  released(lease: Lease): void;
}

export interface SimulatedStoreParts {
  readonly disk: MemoryDisk;
  readonly link: StoreLink;
  /** The store's clock. */
  readonly now: () => number;
  /** Chance of a commit to arrive a second time. */
  readonly repeated: number;
  readonly chance: (probability: number) => boolean;
  readonly trace: (text: string) => void;
  readonly watch: StoreWatch;
  /** The process has been told that it owns a partition. */
  readonly owns: (lease: Lease) => void;
}

/** The store as one life of a process sees it, through its link. */
export class SimulatedStore implements Store {
  readonly #parts: SimulatedStoreParts;
  readonly #store: MemoryStore;
  readonly #committing: Set<string> = new Set();

  constructor(parts: SimulatedStoreParts) {
    this.#parts = parts;
    this.#store = new MemoryStore(parts.disk, parts.now);
  }

  get partitionCount(): number {
    return this.#store.partitionCount;
  }

  async acquireLease(request: LeaseRequest): Promise<Lease | undefined> {
    const { link, watch, owns } = this.#parts;
    const acquire = async (): Promise<Lease | undefined> => {
      const lease = await this.#store.acquireLease(request);
      if (lease !== undefined) watch.leased(lease, request.nodeId);
      return lease;
    };
    const lease = await link.change('acquireLease', acquire, false);
    if (lease !== undefined) owns(lease);
    return lease;
  }

  renewLease(lease: Lease, termMs: number): Promise<boolean> {
    return this.#parts.link.change('renewLease', () => this.#store.renewLease(lease, termMs));
  }

  releaseLease(lease: Lease): Promise<void> {
    const { disk, link, watch } = this.#parts;
    return link.change('releaseLease', async () => {
      if (disk.leases.get(lease.partition)?.lease.holder === lease.holder) watch.released(lease);
      await this.#store.releaseLease(lease);
    });
  }

  readLeases(): Promise<readonly HeldLease[]> {
    return this.#parts.link.read('readLeases', () => this.#store.readLeases());
  }

  async commitTurns(commit: TurnCommit): Promise<void> {
    const { link, repeated, chance } = this.#parts;
    if (this.#committing.has(commit.holder)) throw new TypeError('one commit is under way at a time');
    this.#committing.add(commit.holder);
    const apply = (): Promise<void> => this.#apply(commit);
    try {
      await link.change(`commit ${commit.number} of ${commit.partition}`, () => {
        if (chance(repeated)) link.repeat(apply);
        return apply();
      });
    } finally {
      this.#committing.delete(commit.holder);
    }
  }

  readLog(executionKey: string): Promise<readonly Uint8Array[] | undefined> {
    return this.#parts.link.read('readLog', () => this.#store.readLog(executionKey));
  }

  readLogEnds(executionKey: string): Promise<LogEnds | undefined> {
    return this.#parts.link.read('readLogEnds', () => this.#store.readLogEnds(executionKey));
  }

  listExecutions(query: ExecutionQuery): Promise<readonly ExecutionEntry[]> {
    return this.#parts.link.read('listExecutions', () => this.#store.listExecutions(query));
  }

  readWakeUps(query: WakeUpQuery): Promise<readonly WakeUp[]> {
    return this.#parts.link.read('readWakeUps', () => this.#store.readWakeUps(query));
  }

  readRecord(partition: number, key: string): Promise<Uint8Array | undefined> {
    return this.#parts.link.read('readRecord', () => this.#store.readRecord(partition, key));
  }

  readRecords(query: RecordQuery): Promise<readonly StoredRecord[]> {
    return this.#parts.link.read('readRecords', () => this.#store.readRecords(query));
  }

  readEnded(query: EndedQuery): Promise<EndedPage> {
    return this.#parts.link.read('readEnded', () => this.#store.readEnded(query));
  }

  readName(partition: number, hash: Uint8Array): Promise<number | undefined> {
    return this.#parts.link.read('readName', () => this.#store.readName(partition, hash));
  }

  readNames(query: NameQuery): Promise<NamePage> {
    return this.#parts.link.read('readNames', () => this.#store.readNames(query));
  }

  /** It is the process's end of it that is closed. */
  async close(): Promise<void> {}

  async #apply(commit: TurnCommit): Promise<void> {
    const { disk, watch, trace } = this.#parts;
    const before = disk.leases.get(commit.partition)?.lease.commitNumber;
    const written = this.#store.commitTurns(commit);
    const applied = disk.leases.get(commit.partition)?.lease.commitNumber !== before;
    trace(`store: ${commitText(commit)}${applied ? '' : ' changes nothing'}`);
    if (applied) watch.committed(commit);
    await written;
  }
}

function commitText({ partition, epoch, number, executions, records, removed = [] }: TurnCommit): string {
  const keys = executions.map(({ key, entryAfter }) => `${key.split(':').slice(4).join(':')} ${entryAfter.status}`);
  const gone = removed.map(({ entry }) => `deleted ${entry.executionKey.split(':').slice(4).join(':')}`);
  const changed = [...keys, ...gone, ...records.map(({ key, value }) => (value === undefined ? `-${key}` : key))];
  return `${partition}: commit ${number} of epoch ${epoch} [${changed.join(', ')}]`;
}
