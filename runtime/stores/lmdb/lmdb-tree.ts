import { type Database, open, type RootDatabase } from 'lmdb';
import type { Lease } from '../../ports/store.ts';
import { lockDirectory, unlockDirectory } from './directory-lock.ts';
import type { Write } from './table-writes.ts';
import { transactionFailure } from './write-failure.ts';

const LEASE_KEY = Buffer.from('lease');
/** Address space, not disk: LMDB maps the file again whenever it outgrows this. */
const MAP_BYTES = 2 ** 30;

export type Table = Database<Buffer, Buffer>;

/**
 * The file `data.mdb` of a directory that this process has locked: the table, and the lease as the last write left it.
 *
 * A write of the table holds under the condition that the lease record is the one this process wrote last (its version
 * counts the writes): an owner that lost the directory is refused by LMDB's transaction itself.
 */
export class LmdbTree {
  readonly table: Table;
  readonly #directory: string;
  readonly #environment: RootDatabase;
  readonly #leases: Table;
  #lease: Lease | undefined;
  #version = 0;

  /** @throws {StoreInUse} another process has the directory. */
  constructor(directory: string, { isFlushed }: { readonly isFlushed: boolean }) {
    this.#directory = directory;
    this.#environment = open({
      path: directory,
      noSubdir: false, // also when the directory's name has a dot
      maxDbs: 2,
      mapSize: MAP_BYTES,
      // Plain LMDB: pages, flush, meta page, flush. A write resolves when both are done.
      overlappingSync: false,
      // Each write is a batch of its own; batching by event turn adds a promise that nobody can catch when it fails.
      eventTurnBatching: false,
      noSync: !isFlushed,
    });
    try {
      this.#environment.transactionSync(() => lockDirectory(directory));
    } catch (error) {
      void this.#environment.close();
      throw error;
    }
    this.table = this.#environment.openDB('table', { encoding: 'binary', keyEncoding: 'binary' });
    this.#leases = this.#environment.openDB('lease', { encoding: 'binary', keyEncoding: 'binary', useVersions: true });
    this.#load();
  }

  /** The lease, with the number of the last commit in the table. */
  get lease(): Lease | undefined {
    return this.#lease;
  }

  /** Whether nobody has taken the lease on disk from this process, as far as can be seen. */
  isOwner(): boolean {
    this.#leases.resetReadTxn();
    const stored = this.#readLease()?.lease;
    return stored?.epoch === this.#lease?.epoch && stored?.holder === this.#lease?.holder;
  }

  /** Raises the epoch and notes the holder. Fails as LMDB has it: see `transactionFailure`. */
  takeLease(partition: number, holder: string): Lease {
    const taken = this.#environment.transactionSync(() => {
      this.#load();
      const { epoch, commitNumber } = this.#lease ?? { epoch: 0, commitNumber: 0 };
      const lease = { partition, holder, epoch: epoch + 1, commitNumber };
      this.#put([], lease);
      return lease;
    });
    this.#load();
    return taken;
  }

  /**
   * Writes on LMDB's thread, all or nothing, durably. False: the directory is another's, and nothing was written.
   *
   * @throws {StoreFull}
   */
  async write(writes: readonly Write[], lease: Lease): Promise<boolean> {
    try {
      const isOwner = await this.#leases.ifVersion(LEASE_KEY, this.#version, () => this.#put(writes, lease));
      if (isOwner) this.#load();
      return isOwner;
    } catch (error) {
      throw await transactionFailure(error, this.#directory);
    }
  }

  /** Writes on this thread, when nobody else can have the directory. Fails as LMDB has it. */
  writeHere(writes: readonly Write[], lease: Lease): void {
    this.#environment.transactionSync(() => this.#put(writes, lease));
    this.#load();
  }

  /** Writes a copy of `data.mdb`, as it is between two writes, into a directory; writes go on meanwhile. */
  copyTo(directory: string): Promise<void> {
    return this.#environment.backup(directory, false);
  }

  async close(): Promise<void> {
    await this.#environment.close();
    unlockDirectory(this.#directory);
  }

  #put(writes: readonly Write[], lease: Lease): void {
    void this.#leases.put(LEASE_KEY, Buffer.from(JSON.stringify(lease)), this.#version + 1);
    for (const { key, value } of writes) {
      if (value === undefined) void this.table.remove(key);
      else void this.table.put(key, value as Buffer); // `binary` takes any Uint8Array; it gives Buffers
    }
  }

  /** Sees what is on disk now: LMDB reads a snapshot, which may be older. */
  #load(): void {
    this.#leases.resetReadTxn();
    const stored = this.#readLease();
    this.#lease = stored?.lease;
    this.#version = stored?.version ?? 0;
  }

  #readLease(): { readonly lease: Lease; readonly version: number | undefined } | undefined {
    const stored = this.#leases.getEntry(LEASE_KEY);
    return stored && { lease: JSON.parse(stored.value.toString()) as Lease, version: stored.version }; // #put wrote it
  }
}
