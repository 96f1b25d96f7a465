import { strict as assert } from 'node:assert';
import type {
  EndedExecution,
  ExecutionEntry,
  ExecutionStatus,
  Lease,
  NameCommit,
  RecordCommit,
  Store,
  TurnCommit,
} from '../../runtime/ports/store.ts';

/** The lease of a partition; its term is over at once, so that another owner need not wait for it. */
export async function takeLease(store: Store, holder: string, partition = 0): Promise<Lease> {
  const lease = await store.acquireLease({ partition, holder, nodeId: `node of ${holder}`, termMs: 0 });
  assert(lease !== undefined, 'nobody holds the lease for a time to come');
  return lease;
}

/** What a test wants to happen to an execution; the rest stays as it is. */
export interface Change {
  readonly key: string;
  readonly appended?: string;
  /** Chunk to append to; default: the last one. */
  readonly chunk?: number;
  readonly wake?: number | 'none';
  readonly status?: ExecutionStatus;
  readonly startMs?: number;
  readonly stopMs?: number;
  readonly machineKey?: string;
}

/** A record's key and text; without text the record goes. */
export type RecordChange = readonly [key: string, text?: string | undefined];

interface Known {
  readonly entry: ExecutionEntry;
  readonly wake: number | undefined;
  readonly chunk: number;
  readonly bytes: number;
}

/** An owner of a partition: remembers, as the engine does, what its commits left, and says it with the next one. */
export class StoreOwner {
  readonly #store: Store;
  readonly #known = new Map<string, Known>();
  readonly #lease: Lease;
  #number: number;

  private constructor(store: Store, lease: Lease) {
    this.#store = store;
    this.#lease = lease;
    this.#number = lease.commitNumber;
  }

  static async take(store: Store, holder = 'owner', partition = 0): Promise<StoreOwner> {
    return new StoreOwner(store, await takeLease(store, holder, partition));
  }

  /** The next owner, who knows what this one has left. */
  async goOn(store: Store): Promise<StoreOwner> {
    const next = await StoreOwner.take(store, 'next', this.#lease.partition);
    for (const [key, known] of this.#known) next.#known.set(key, known);
    return next;
  }

  async commit(changes: readonly Change[], records: readonly RecordChange[] = []): Promise<TurnCommit> {
    return this.#send(this.prepare(changes, records));
  }

  /** Commits that executions go, and what becomes of names. */
  remove(keys: readonly string[], names: readonly NameCommit[] = []): Promise<TurnCommit> {
    return this.#send({ ...this.prepare([]), removed: keys.map((key) => this.#removal(key)), names });
  }

  /** Whether it is there and wants no wake-up. */
  mayGo(key: string): boolean {
    const known = this.#known.get(key);
    return known !== undefined && known.wake === undefined;
  }

  async #send(commit: TurnCommit): Promise<TurnCommit> {
    await this.#store.commitTurns(commit);
    this.accept(commit);
    return commit;
  }

  #removal(key: string): EndedExecution {
    const known = this.#known.get(key);
    assert(known !== undefined, `${key} has been committed`);
    return { entry: known.entry, lastChunk: known.chunk };
  }

  /** The next commit, not sent. */
  prepare(changes: readonly Change[], records: readonly RecordChange[] = []): TurnCommit {
    const { partition, epoch, holder } = this.#lease;
    return {
      partition,
      epoch,
      holder,
      number: this.#number + 1,
      executions: changes.map((change) => this.#executionCommit(change)),
      records: records.map(
        ([key, text]): RecordCommit => ({ key, value: text === undefined ? undefined : bytes(text) }),
      ),
    };
  }

  /** The store has `commit`. */
  accept(commit: TurnCommit): void {
    this.#number = commit.number;
    for (const { entry } of commit.removed ?? []) this.#known.delete(entry.executionKey);
    for (const { key, log, wakeAfter, entryAfter } of commit.executions) {
      this.#known.set(key, {
        entry: entryAfter,
        wake: wakeAfter,
        chunk: log.chunk,
        bytes: log.offset + log.appended.length,
      });
    }
  }

  #executionCommit(change: Change): TurnCommit['executions'][number] {
    const known = this.#known.get(change.key);
    const chunk = change.chunk ?? known?.chunk ?? 0;
    return {
      key: change.key,
      log: { chunk, offset: chunk === known?.chunk ? known.bytes : 0, appended: bytes(change.appended ?? '.') },
      wakeBefore: known?.wake,
      wakeAfter: change.wake === 'none' ? undefined : (change.wake ?? known?.wake),
      entryBefore: known?.entry,
      entryAfter: {
        executionKey: change.key,
        machineKey: change.machineKey ?? known?.entry.machineKey ?? 'machine',
        status: change.status ?? known?.entry.status ?? 'RUNNING',
        startMs: change.startMs ?? known?.entry.startMs ?? 1_000,
        stopMs: change.stopMs ?? known?.entry.stopMs,
      },
    };
  }
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function text(value: Uint8Array | undefined): string | undefined {
  return value && new TextDecoder().decode(value);
}

export async function logText(
  store: Store,
  executionKey: string,
): Promise<readonly (string | undefined)[] | undefined> {
  return (await store.readLog(executionKey))?.map(text);
}
