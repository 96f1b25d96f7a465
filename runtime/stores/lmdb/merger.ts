import { Fenced, type Lease } from '../../ports/store.ts';
import type { CommitChanges, EncodedChanges } from './commit-codec.ts';
import type { LmdbTree } from './lmdb-tree.ts';
import type { LogIds } from './log-ids.ts';
import { PendingCommits } from './pending-commits.ts';
import { tableWrites } from './table-writes.ts';

/** Executions that go in one transaction: finding their keys takes about 5 ms. */
const REMOVALS_AT_ONCE = 512;

/**
 * Brings commits into LMDB, many in one transaction, off the path of those that follow:
 *
 *     add ──► newest ──turn──► merging ──(durable in LMDB)──► gone
 *
 * What is `merging` stays readable until then, and longer when LMDB finds no room.
 */
export class Merger {
  readonly #tree: LmdbTree;
  readonly #logIds: LogIds;
  #newest = new PendingCommits();
  #merging: PendingCommits | undefined;
  /** Why the merge under way, or the last one, failed; undefined: it did not. Never rejects. */
  #outcome: Promise<{ readonly error: unknown } | undefined> = Promise.resolve(undefined);

  constructor(tree: LmdbTree, logIds: LogIds) {
    this.#tree = tree;
    this.#logIds = logIds;
  }

  /** What LMDB may not have yet, older commits first. */
  get pending(): readonly PendingCommits[] {
    return this.#merging === undefined ? [this.#newest] : [this.#merging, this.#newest];
  }

  /** Whether enough waits to go that it should be merged: finding what to delete takes time on this thread. */
  get hasManyRemovals(): boolean {
    return this.#newest.removed.size >= REMOVALS_AT_ONCE;
  }

  add(changes: CommitChanges, encoded: EncodedChanges, lease: Lease): void {
    this.#newest.add(changes, encoded, lease);
  }

  /**
   * Begins to merge what has been added, when what was added before that is in LMDB.
   *
   * @throws {StoreFull} that is not in LMDB: all stays as it is, and another call tries again.
   * @throws {Fenced} the directory is another's.
   */
  async turn(): Promise<void> {
    await this.#finish();
    this.#merging = this.#newest;
    this.#newest = new PendingCommits();
    this.#outcome = this.#merge(this.#merging);
  }

  /** Resolves when all that has been added is in LMDB. Throws as `turn` does. */
  async drain(): Promise<void> {
    await this.turn();
    await this.#finish();
  }

  /** As `drain`, on this thread, before any `turn`. Fails as LMDB has it. */
  drainHere(): void {
    const { lease } = this.#newest;
    if (lease === undefined) return;
    this.#tree.writeHere(tableWrites(this.#newest, this.#tree.table, this.#logIds), lease);
    this.#newest = new PendingCommits();
  }

  async #finish(): Promise<void> {
    if ((await this.#outcome) === undefined || this.#merging === undefined) return;
    this.#outcome = this.#merge(this.#merging); // there may be room by now
    const failure = await this.#outcome;
    if (failure !== undefined) throw failure.error;
  }

  async #merge(commits: PendingCommits): Promise<{ readonly error: unknown } | undefined> {
    const { lease } = commits;
    try {
      if (lease !== undefined) {
        const isOwner = await this.#tree.write(tableWrites(commits, this.#tree.table, this.#logIds), lease);
        if (!isOwner) return { error: new Fenced(lease.partition) };
      }
    } catch (error) {
      this.#logIds.load(); // those given out just now are not on disk
      return { error };
    }
    this.#merging = undefined;
    return undefined;
  }
}
