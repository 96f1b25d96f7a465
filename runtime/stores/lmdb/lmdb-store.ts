import { assert } from '../../../core/assert.ts';
import type { Backups } from '../../ports/backups.ts';
import {
  type EndedPage,
  type EndedQuery,
  type ExecutionEntry,
  type ExecutionQuery,
  Fenced,
  type HeldLease,
  type Lease,
  type LeaseRequest,
  type LogEnds,
  type NamePage,
  type NameQuery,
  type RecordQuery,
  type Store,
  type StoredRecord,
  type TurnCommit,
  type WakeUp,
  type WakeUpQuery,
} from '../../ports/store.ts';
import { decodeChanges, encodeChanges } from './commit-codec.ts';
import { copyData } from './data-copy.ts';
import { Journal } from './journal.ts';
import { ENTRY_HEADER_BYTES } from './journal-entry.ts';
import { nameKey, recordKey, uint48OfBytes } from './lmdb-keys.ts';
import { LmdbTree } from './lmdb-tree.ts';
import { LogIds } from './log-ids.ts';
import { type LogSource, lastChunkOf, readLogChunks, readLogEnds } from './log-reads.ts';
import { Merger } from './merger.ts';
import type { PendingPiece } from './pending-commits.ts';
import { listEnded, listExecutions, readNames, readRecords, readWakeUps, type ScanSource } from './scans.ts';
import { transactionFailure, writeFailure } from './write-failure.ts';

const JOURNAL_SEGMENT_BYTES = 2 ** 20;
const FLUSH_HERE_BYTES_MAX = 8_192;

export interface LmdbStoreOptions {
  /** Created when it is absent. A local disk: not a network file system. */
  readonly directory: string;
  /**
   * `fsync`: what has been committed survives a power cut. `relaxed`: it survives the death of the process (kill -9), but
   * after a power cut or a crash of the system the directory may be unreadable. Saves a disk flush a commit.
   */
  readonly durability: 'fsync' | 'relaxed';
  /**
   * Commits are merged into LMDB whenever there are so many bytes of them in the journal. More at once is less work, and
   * holds up this thread for longer. Default: 1 MiB.
   */
  readonly journalSegmentBytes?: number;
  /**
   * A commit of no more bytes is flushed on this thread: going to another costs more than waiting, and few wait
   * meanwhile. Larger ones overlap with the turns that follow. Default: 8 KiB.
   */
  readonly flushHereBytesMax?: number;
}

/** The one partition of a directory. */
const PARTITION = 0;

/**
 * A store in a directory of its own: nothing to install, one process, one partition.
 *
 * @throws {StoreInUse} another process has the directory.
 * @throws {StoreFull} no room for the journal, or for what is to be merged from it.
 * @throws {JournalBroken} files of the directory are of different times.
 */
export function openLmdbStore(options: LmdbStoreOptions): Store & Backups {
  const { directory, durability } = options;
  const isFlushed = durability === 'fsync';
  const tree = new LmdbTree(directory, { isFlushed });
  let journal: Journal | undefined;
  try {
    journal = new Journal({
      directory,
      isFlushed,
      segmentBytes: options.journalSegmentBytes ?? JOURNAL_SEGMENT_BYTES,
      flushHereBytesMax: options.flushHereBytesMax ?? FLUSH_HERE_BYTES_MAX,
    });
    return new LmdbStore(directory, tree, journal);
  } catch (error) {
    journal?.close();
    void tree.close();
    throw writeFailure(error, directory);
  }
}

/**
 * A commit is durable when it is in the journal; then it is pending, and readable. It is merged into LMDB with many
 * others, while the next ones are written. Reads see what is pending over what LMDB has.
 */
class LmdbStore implements Store, Backups {
  readonly partitionCount = 1;
  readonly #directory: string;
  readonly #tree: LmdbTree;
  readonly #journal: Journal;
  readonly #logIds: LogIds;
  readonly #merger: Merger;
  #lease: Lease | undefined;
  #nodeId: string | undefined;
  /** Ends with the commit or acquisition under way; never rejects. */
  #underWay: Promise<unknown> = Promise.resolve();
  /** That are being written: LMDB reads for them. */
  readonly #copies: Set<Promise<void>> = new Set();
  #closing: Promise<void> | undefined;

  constructor(directory: string, tree: LmdbTree, journal: Journal) {
    this.#directory = directory;
    this.#tree = tree;
    this.#journal = journal;
    this.#logIds = new LogIds(tree.table);
    this.#merger = new Merger(tree, this.#logIds);
    this.#recover();
  }

  /** Merges what the journal holds. */
  #recover(): void {
    const { lease } = this.#tree;
    if (lease === undefined) return;
    for (const { number, content } of this.#journal.read(lease)) {
      const { changes, encoded } = decodeChanges(content);
      this.#merger.add(changes, encoded, { ...lease, commitNumber: number });
    }
    this.#merger.drainHere();
    this.#lease = this.#tree.lease ?? lease;
    this.#journal.begin(this.#lease);
  }

  acquireLease({ partition, holder, nodeId }: LeaseRequest): Promise<Lease> {
    assert(partition === PARTITION, 'an embedded store has one partition: 0');
    this.#nodeId = nodeId;
    return this.#alone(() => this.#takeLease(holder));
  }

  async #takeLease(holder: string): Promise<Lease> {
    await this.#merger.drain();
    try {
      this.#lease = this.#tree.takeLease(PARTITION, holder);
    } catch (error) {
      throw await transactionFailure(error, this.#directory);
    }
    this.#journal.begin(this.#lease);
    return this.#lease;
  }

  /** The process that has opened the directory owns what is in it: nobody else can have taken the lease. */
  async renewLease({ holder, epoch }: Lease): Promise<boolean> {
    return this.#lease?.holder === holder && this.#lease.epoch === epoch;
  }

  /** The directory is given back when the store is closed. */
  async releaseLease(): Promise<void> {}

  async readLeases(): Promise<readonly HeldLease[]> {
    if (this.#lease === undefined || this.#nodeId === undefined) return [];
    return [{ partition: PARTITION, epoch: this.#lease.epoch, nodeId: this.#nodeId }];
  }

  commitTurns(commit: TurnCommit): Promise<void> {
    return this.#alone(() => this.#commit(commit));
  }

  async #commit(commit: TurnCommit): Promise<void> {
    const { partition, epoch, holder, number } = commit;
    const lease = this.#lease;
    if (lease === undefined || partition !== PARTITION) throw new Fenced(partition);
    if (lease.epoch !== epoch || lease.holder !== holder) throw new Fenced(partition);
    if (lease.commitNumber === number) return;
    if (lease.commitNumber + 1 !== number) throw new Fenced(partition);
    if (!this.#tree.isOwner()) throw new Fenced(partition);

    const encoded = encodeChanges(commit, ENTRY_HEADER_BYTES);
    await this.#append(number, encoded.bytes);
    this.#lease = { ...lease, commitNumber: number };
    this.#merger.add(commit, encoded, this.#lease);
  }

  async #append(number: number, entry: Buffer): Promise<void> {
    if (!this.#journal.hasRoom(entry.length) || this.#merger.hasManyRemovals) {
      await this.#merger.turn();
      this.#journal.turn();
    }
    try {
      await this.#journal.append(number, entry);
    } catch (error) {
      throw writeFailure(error, this.#directory);
    }
  }

  async readLog(executionKey: string): Promise<readonly Uint8Array[] | undefined> {
    const source = this.#logSource(executionKey);
    return source && readLogChunks(this.#tree.table, source);
  }

  async readLogEnds(executionKey: string): Promise<LogEnds | undefined> {
    const source = this.#logSource(executionKey);
    return source && readLogEnds(this.#tree.table, source);
  }

  /** undefined: no such execution. */
  #logSource(executionKey: string): LogSource | undefined {
    let isStored = true;
    let pending: PendingPiece[] = [];
    for (const { executions, removed } of this.#merger.pending) {
      if (removed.has(executionKey)) {
        isStored = false;
        pending = [];
      }
      const found = executions.get(executionKey);
      if (found === undefined) continue;
      if (found.entryBefore === undefined) isStored = false;
      pending = [...pending, ...found.pieces];
    }
    const logId = isStored ? this.#logIds.read(executionKey) : undefined;
    return logId === undefined && (isStored || pending.length === 0) ? undefined : { logId, pending };
  }

  get #scanSource(): ScanSource {
    return { table: this.#tree.table, pending: this.#merger.pending };
  }

  async listExecutions(query: ExecutionQuery): Promise<readonly ExecutionEntry[]> {
    return (query.partition ?? PARTITION) === PARTITION ? listExecutions(this.#scanSource, query) : [];
  }

  async readWakeUps(query: WakeUpQuery): Promise<readonly WakeUp[]> {
    return query.partition === PARTITION ? readWakeUps(this.#scanSource, query) : [];
  }

  async readRecord(partition: number, key: string): Promise<Uint8Array | undefined> {
    if (partition !== PARTITION) return undefined;
    const pending = this.#merger.pending.findLast(({ records }) => records.has(key));
    return pending === undefined ? this.#tree.table.getBinary(recordKey(key)) : pending.records.get(key);
  }

  async readRecords(query: RecordQuery): Promise<readonly StoredRecord[]> {
    return query.partition === PARTITION ? readRecords(this.#scanSource, query) : [];
  }

  async readEnded(query: EndedQuery): Promise<EndedPage> {
    if (query.partition !== PARTITION) return { executions: [], next: undefined };
    const seen = listEnded(this.#scanSource, query);
    return {
      executions: seen.flatMap((entry) => {
        const isAsked = entry.stopMs !== undefined && entry.stopMs <= query.stoppedUntilMs;
        const source = isAsked ? this.#logSource(entry.executionKey) : undefined;
        return source === undefined ? [] : [{ entry, lastChunk: lastChunkOf(this.#tree.table, source) }];
      }),
      next: seen.length < query.limit ? undefined : seen.at(-1),
    };
  }

  async readName(partition: number, hash: Uint8Array): Promise<number | undefined> {
    if (partition !== PARTITION) return undefined;
    const name = Buffer.from(hash).toString('hex');
    const pending = this.#merger.pending.findLast(({ names }) => names.has(name));
    if (pending !== undefined) return pending.names.get(name);
    const bytes = this.#tree.table.getBinary(nameKey(hash));
    return bytes && uint48OfBytes(bytes);
  }

  async readNames(query: NameQuery): Promise<NamePage> {
    return query.partition === PARTITION ? readNames(this.#scanSource, query) : { names: [], next: undefined };
  }

  /**
   * All that was committed before is merged first. So a copy of `data.mdb` as it is at any time from then on is a whole
   * state: it needs no journal, and begins a new one when it is opened.
   */
  async backup(directory: string): Promise<void> {
    await this.#alone(() => this.#merger.drain());
    const copied = copyData(directory, (aside) => this.#tree.copyTo(aside));
    this.#copies.add(copied);
    const end = (): unknown => this.#copies.delete(copied);
    copied.then(end, end);
    return copied;
  }

  close(): Promise<void> {
    this.#closing ??= this.#alone(async () => {
      await Promise.allSettled(this.#copies);
      // What finds no room now is merged when the directory is opened again.
      await this.#merger.drain().catch(() => undefined);
      this.#journal.close();
      await this.#tree.close();
    });
    return this.#closing;
  }

  #alone<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#underWay.then(action);
    this.#underWay = result.catch(() => undefined);
    return result;
  }
}
