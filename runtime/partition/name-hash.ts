import { createHash } from 'node:crypto';
import { slotOf } from './placement.ts';

const SLOT_BYTES = 2;
const DIGEST_BYTES = 14;

/**
 * What is left of an execution's name when the execution has gone: where it lies (placement.ts), and 14 bytes of a digest.
 * Stored data depend on it.
 */
export function nameHash(executionKey: string): Uint8Array {
  const hash = Buffer.alloc(SLOT_BYTES + DIGEST_BYTES);
  hash.writeUInt16BE(slotOf(executionKey), 0);
  createHash('sha256').update(executionKey).digest().copy(hash, SLOT_BYTES);
  return hash;
}

/** The partition that an execution with this name would lie on. */
export function partitionOfName(hash: Uint8Array, partitionCount: number): number {
  return (((hash[0] ?? 0) << 8) | (hash[1] ?? 0)) % partitionCount;
}
