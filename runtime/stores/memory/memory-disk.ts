import type { ExecutionEntry, Lease } from '../../ports/store.ts';

/** One chunk of an execution's log. */
export interface StoredChunk {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** What is stored of one execution. */
export interface StoredExecution {
  readonly partition: number;
  readonly chunks: readonly StoredChunk[];
  readonly wakeAtMs: number | undefined;
  readonly entry: ExecutionEntry;
}

/**
 * What has been committed to a `MemoryStore`. It outlives the store as a disk outlives a process: a simulator drops the
 * store with all that used it, and opens another one on the same disk.
 */
export class MemoryDisk {
  readonly leases: Map<number, Lease>;
  readonly executions: Map<string, StoredExecution>;
  readonly records: Map<string, Uint8Array>;

  constructor(from?: MemoryDisk) {
    this.leases = new Map(from?.leases);
    this.executions = new Map(from?.executions);
    this.records = new Map(from?.records);
  }

  /** A copy of what is committed now; what either disk gets later does not reach the other. */
  fork(): MemoryDisk {
    return new MemoryDisk(this); // values are never changed in place
  }
}
