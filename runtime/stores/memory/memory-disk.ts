import { strict as assert } from 'node:assert';
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

export interface StoredLease {
  readonly lease: Lease;
  readonly nodeId: string;
  /** By the store's clock. */
  readonly untilMs: number;
}

/**
 * What has been committed to a `MemoryStore`. It outlives the store as a disk outlives a process: a simulator drops the
 * store with all that used it, and opens another one on the same disk.
 */
export class MemoryDisk {
  readonly partitionCount: number;
  readonly leases: Map<number, StoredLease> = new Map();
  readonly executions: Map<string, StoredExecution> = new Map();
  readonly #records: Map<string, Uint8Array>[];
  readonly #names: Map<string, number>[];

  constructor(partitionCount = 1) {
    this.partitionCount = partitionCount;
    this.#records = Array.from({ length: partitionCount }, () => new Map());
    this.#names = Array.from({ length: partitionCount }, () => new Map());
  }

  recordsOf(partition: number): Map<string, Uint8Array> {
    const records = this.#records[partition];
    assert(records !== undefined, `there is no partition ${partition}`);
    return records;
  }

  /** Names that stay taken: the hash in hexadecimal, and until which hour. */
  namesOf(partition: number): Map<string, number> {
    const names = this.#names[partition];
    assert(names !== undefined, `there is no partition ${partition}`);
    return names;
  }

  /** A copy of what is committed now; what either disk gets later does not reach the other. */
  fork(): MemoryDisk {
    const copy = new MemoryDisk(this.partitionCount); // values are never changed in place
    for (const [partition, lease] of this.leases) copy.leases.set(partition, lease);
    for (const [key, execution] of this.executions) copy.executions.set(key, execution);
    for (const [partition, records] of this.#records.entries()) {
      for (const [key, value] of records) copy.recordsOf(partition).set(key, value);
    }
    for (const [partition, names] of this.#names.entries()) {
      for (const [hash, untilHour] of names) copy.namesOf(partition).set(hash, untilHour);
    }
    return copy;
  }
}
