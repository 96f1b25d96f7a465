import { type Database, open, type RootDatabase } from 'lmdb';
import { assert } from '../../../core/assert.ts';
import {
  type ExecutionEntry,
  type ExecutionQuery,
  Fenced,
  type HeldLease,
  type Lease,
  type LeaseRequest,
  type LogEnds,
  type RecordQuery,
  type Store,
  type StoredRecord,
  type TurnCommit,
  type WakeUp,
  type WakeUpQuery,
} from '../../ports/store.ts';
import { lockDirectory, unlockDirectory } from './directory-lock.ts';
import { commitFailure } from './lmdb-failure.ts';
import { listingKey, logKey, recordKey, uint48Bytes, wakeUpKey } from './lmdb-keys.ts';
import { listExecutions, readLogEnds, readLogPieces, readRecords, readWakeUps } from './lmdb-queries.ts';
import { LogIds } from './log-ids.ts';

const SMALL_COMMIT_WRITES_MAX = 48;

export interface LmdbStoreOptions {
  /** Created when it is absent. A local disk: not a network file system. */
  readonly directory: string;
  /**
   * `fsync`: what has been committed survives a power cut. `relaxed`: it survives the death of the process (kill -9), but
   * after a power cut or a crash of the system the directory may be unreadable. Saves about two disk flushes a commit.
   */
  readonly durability: 'fsync' | 'relaxed';
  /**
   * A commit of no more writes than this is made on this thread: handing it to LMDB's own costs more than the write and
   * its flush take, and few wait meanwhile. Larger ones overlap with the turns that follow. Default: 48.
   */
  readonly smallCommitWritesMax?: number;
}

/** The one partition of a directory. */
const PARTITION = 0;
const LEASE_KEY = Buffer.from('lease');
const NOTHING = Buffer.alloc(0);
/** Address space, not disk: LMDB maps the file again whenever it outgrows this. */
const MAP_BYTES = 2 ** 30;

/**
 * A store in a directory of its own: nothing to install, one process, one partition.
 *
 * @throws {StoreInUse} another process has the directory.
 */
export function openLmdbStore(options: LmdbStoreOptions): Store {
  return new LmdbStore(options);
}

/** A key, and what it gets; undefined: the key goes. */
interface Write {
  readonly key: Buffer;
  readonly value: Uint8Array | undefined;
}

/**
 * Each commit is one LMDB transaction, written and flushed by LMDB's thread while this one goes on. It holds under the
 * condition that the lease record is the one this process wrote last (its version counts acquisitions and commits):
 * an owner that lost the directory is fenced by the transaction itself.
 */
class LmdbStore implements Store {
  readonly partitionCount = 1;
  readonly #directory: string;
  readonly #smallCommitWritesMax: number;
  readonly #environment: RootDatabase;
  readonly #table: Database<Buffer, Buffer>;
  readonly #leases: Database<Buffer, Buffer>;
  readonly #logIds: LogIds;
  #lease: Lease | undefined;
  #leaseVersion = 0;
  #nodeId: string | undefined;
  /** Ends with the commit or acquisition under way; never rejects. */
  #underWay: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor({ directory, durability, smallCommitWritesMax = SMALL_COMMIT_WRITES_MAX }: LmdbStoreOptions) {
    this.#directory = directory;
    this.#smallCommitWritesMax = smallCommitWritesMax;
    this.#environment = open({
      path: directory,
      noSubdir: false, // also when the directory's name has a dot
      maxDbs: 2,
      mapSize: MAP_BYTES,
      // Plain LMDB: pages, flush, meta page, flush. Its overlapping variant flushes as often, and only pays when
      // commits overlap, which the port rules out.
      overlappingSync: false,
      // Each commit is a batch of its own; batching by event turn adds a promise that nobody can catch when it fails.
      eventTurnBatching: false,
      noSync: durability === 'relaxed',
    });
    try {
      this.#environment.transactionSync(() => lockDirectory(directory));
    } catch (error) {
      void this.#environment.close();
      throw error;
    }
    this.#table = this.#environment.openDB('table', { encoding: 'binary', keyEncoding: 'binary' });
    this.#leases = this.#environment.openDB('lease', { encoding: 'binary', keyEncoding: 'binary', useVersions: true });
    this.#logIds = new LogIds(this.#table);
    this.#load();
  }

  acquireLease({ partition, holder, nodeId }: LeaseRequest): Promise<Lease> {
    assert(partition === PARTITION, 'an embedded store has one partition: 0');
    this.#nodeId = nodeId;
    return this.#alone(async () => {
      try {
        return this.#environment.transactionSync(() => this.#takeLease(holder));
      } catch (error) {
        throw await commitFailure(error, this.#directory);
      } finally {
        this.#load();
      }
    });
  }

  #takeLease(holder: string): Lease {
    this.#load();
    const { epoch, commitNumber } = this.#lease ?? { epoch: 0, commitNumber: 0 };
    const lease = { partition: PARTITION, holder, epoch: epoch + 1, commitNumber };
    void this.#leases.put(LEASE_KEY, leaseBytes(lease), this.#leaseVersion + 1);
    return lease;
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

    const after = { ...lease, commitNumber: number };
    const isOwner = await this.#write(this.#writesOf(commit), after);
    if (!isOwner) throw new Fenced(partition);
    this.#lease = after;
  }

  /** False: the lease record is another's; nothing was written. */
  async #write(writes: readonly Write[], lease: Lease): Promise<boolean> {
    try {
      const isOwner =
        writes.length <= this.#smallCommitWritesMax
          ? this.#environment.transactionSync(() => this.#isOwnerInside() && this.#put(writes, lease))
          : await this.#leases.ifVersion(LEASE_KEY, this.#leaseVersion, () => this.#put(writes, lease));
      if (isOwner) this.#leaseVersion++;
      else this.#load();
      return isOwner;
    } catch (error) {
      this.#load();
      throw await commitFailure(error, this.#directory);
    }
  }

  #isOwnerInside(): boolean {
    return this.#leases.getEntry(LEASE_KEY)?.version === this.#leaseVersion;
  }

  #put(writes: readonly Write[], lease: Lease): true {
    void this.#leases.put(LEASE_KEY, leaseBytes(lease), this.#leaseVersion + 1);
    for (const { key, value } of writes) {
      if (value === undefined) void this.#table.remove(key);
      else void this.#table.put(key, value as Buffer); // `binary` takes any Uint8Array; it gives Buffers
    }
    return true;
  }

  /** All keys and values are made before the first is written: what throws here leaves the store as it was. */
  #writesOf(commit: TurnCommit): readonly Write[] {
    const writes: Write[] = [];
    for (const { key, log, wakeBefore, wakeAfter, entryBefore, entryAfter } of commit.executions) {
      if (entryBefore === undefined) writes.push(this.#logIds.start(key));
      const logId = this.#logIds.find(key);
      assert(logId !== undefined, `${key} has started`);
      writes.push({ key: logKey({ logId, chunk: log.chunk, offset: log.offset }), value: log.appended });
      if (wakeBefore !== wakeAfter) pushWakeUp(writes, key, wakeBefore, wakeAfter);
      if (entryBefore !== entryAfter) pushEntry(writes, entryBefore, entryAfter);
      if (entryAfter.stopMs !== undefined) this.#logIds.forget(key);
    }
    for (const { key, value } of commit.records) writes.push({ key: recordKey(key), value });
    return writes;
  }

  async readLog(executionKey: string): Promise<readonly Uint8Array[] | undefined> {
    const logId = this.#logIds.read(executionKey);
    return logId === undefined ? undefined : readLogPieces(this.#table, logId);
  }

  async readLogEnds(executionKey: string): Promise<LogEnds | undefined> {
    const logId = this.#logIds.read(executionKey);
    return logId === undefined ? undefined : readLogEnds(this.#table, logId);
  }

  async listExecutions(query: ExecutionQuery): Promise<readonly ExecutionEntry[]> {
    return listExecutions(this.#table, query);
  }

  async readWakeUps(query: WakeUpQuery): Promise<readonly WakeUp[]> {
    return query.partition === PARTITION ? readWakeUps(this.#table, query) : [];
  }

  async readRecord(partition: number, key: string): Promise<Uint8Array | undefined> {
    if (partition !== PARTITION) return undefined;
    return this.#table.getBinary(recordKey(key));
  }

  async readRecords(query: RecordQuery): Promise<readonly StoredRecord[]> {
    return query.partition === PARTITION ? readRecords(this.#table, query) : [];
  }

  close(): Promise<void> {
    this.#closing ??= this.#alone(async () => {
      await this.#environment.close();
      unlockDirectory(this.#directory);
    });
    return this.#closing;
  }

  /** Takes from the disk what this object remembers of it. */
  #load(): void {
    this.#leases.resetReadTxn();
    const stored = this.#leases.getEntry(LEASE_KEY);
    this.#lease = stored && leaseOfBytes(stored.value);
    this.#leaseVersion = stored?.version ?? 0;
    this.#logIds.load();
  }

  #alone<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#underWay.then(action);
    this.#underWay = result.catch(() => undefined);
    return result;
  }
}

function pushWakeUp(
  writes: Write[],
  executionKey: string,
  before: number | undefined,
  after: number | undefined,
): void {
  if (before !== undefined) writes.push({ key: wakeUpKey({ atMs: before, executionKey }), value: undefined });
  if (after !== undefined) writes.push({ key: wakeUpKey({ atMs: after, executionKey }), value: NOTHING });
}

function pushEntry(writes: Write[], before: ExecutionEntry | undefined, after: ExecutionEntry): void {
  if (before !== undefined) writes.push({ key: listingKey(before), value: undefined });
  writes.push({ key: listingKey(after), value: after.stopMs === undefined ? NOTHING : uint48Bytes(after.stopMs) });
}

function leaseBytes(lease: Lease): Buffer {
  return Buffer.from(JSON.stringify(lease));
}

function leaseOfBytes(bytes: Buffer): Lease {
  return JSON.parse(bytes.toString()) as Lease; // leaseBytes wrote it
}
