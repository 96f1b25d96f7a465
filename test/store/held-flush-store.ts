import type { Lease, Store, TurnCommit } from '../../runtime/ports/store.ts';

/**
 * A store whose disk is slow to say that it has flushed: a commit reaches `store` at once, and resolves on `release`.
 * What leaves the engine while commits are held has left before it was durable.
 */
export class HeldFlushStore implements Store {
  readonly #store: Store;
  readonly #held: (() => void)[] = [];
  readonly #waiting: (() => void)[] = [];

  readonly readLog: Store['readLog'];
  readonly readLogEnds: Store['readLogEnds'];
  readonly listExecutions: Store['listExecutions'];
  readonly readWakeUps: Store['readWakeUps'];
  readonly readRecord: Store['readRecord'];
  readonly readRecords: Store['readRecords'];
  readonly close: Store['close'];

  constructor(store: Store) {
    this.#store = store;
    this.readLog = (executionKey) => store.readLog(executionKey);
    this.readLogEnds = (executionKey) => store.readLogEnds(executionKey);
    this.listExecutions = (query) => store.listExecutions(query);
    this.readWakeUps = (query) => store.readWakeUps(query);
    this.readRecord = (key) => store.readRecord(key);
    this.readRecords = (query) => store.readRecords(query);
    this.close = () => store.close();
  }

  acquireLease(partition: number, holder: string): Promise<Lease> {
    return this.#store.acquireLease(partition, holder);
  }

  async commitTurns(commit: TurnCommit): Promise<void> {
    await this.#store.commitTurns(commit);
    const released = new Promise<void>((release) => this.#held.push(release));
    for (const notify of this.#waiting.splice(0)) notify();
    await released;
  }

  /** Resolves when a commit is held. */
  async waitUntilHeld(): Promise<void> {
    if (this.#held.length === 0) await new Promise<void>((notify) => this.#waiting.push(notify));
  }

  /** The flush of the commit that is held has ended. */
  release(): void {
    this.#held.shift()?.();
  }
}
