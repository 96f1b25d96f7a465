import type { Store, TurnCommit } from '../../runtime/ports/store.ts';

/**
 * A store whose disk is slow to say that it has flushed: a commit reaches `store` at once, and resolves on `release`.
 * What leaves the engine while commits are held has left before it was durable.
 */
export class HeldFlushStore implements Store {
  readonly #store: Store;
  readonly #held: (() => void)[] = [];
  readonly #waiting: (() => void)[] = [];

  readonly partitionCount: number;
  readonly acquireLease: Store['acquireLease'];
  readonly renewLease: Store['renewLease'];
  readonly releaseLease: Store['releaseLease'];
  readonly readLeases: Store['readLeases'];
  readonly readLog: Store['readLog'];
  readonly readLogEnds: Store['readLogEnds'];
  readonly listExecutions: Store['listExecutions'];
  readonly readWakeUps: Store['readWakeUps'];
  readonly readRecord: Store['readRecord'];
  readonly readRecords: Store['readRecords'];
  readonly readEnded: Store['readEnded'];
  readonly readName: Store['readName'];
  readonly readNames: Store['readNames'];
  readonly close: Store['close'];

  constructor(store: Store) {
    this.#store = store;
    this.partitionCount = store.partitionCount;
    this.acquireLease = (request) => store.acquireLease(request);
    this.renewLease = (lease, termMs) => store.renewLease(lease, termMs);
    this.releaseLease = (lease) => store.releaseLease(lease);
    this.readLeases = () => store.readLeases();
    this.readLog = (executionKey) => store.readLog(executionKey);
    this.readLogEnds = (executionKey) => store.readLogEnds(executionKey);
    this.listExecutions = (query) => store.listExecutions(query);
    this.readWakeUps = (query) => store.readWakeUps(query);
    this.readRecord = (partition, key) => store.readRecord(partition, key);
    this.readRecords = (query) => store.readRecords(query);
    this.readEnded = (query) => store.readEnded(query);
    this.readName = (partition, hash) => store.readName(partition, hash);
    this.readNames = (query) => store.readNames(query);
    this.close = () => store.close();
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
