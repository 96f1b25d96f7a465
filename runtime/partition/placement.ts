import { createHash } from 'node:crypto';

/** The partition that state machines and all that belongs to no execution lie on. */
export const REGISTRY_PARTITION = 0;

/** A version 7 UUID at the end of an execution's key; its last four digits say where it lies. */
const PLACED_NAME = /[:/][0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{8}([0-9a-f]{4})$/;

/** More than a store may have partitions. */
const SLOTS = 65_536;

/**
 * Where an execution lies: by a hash of its key, and where its name is a version 7 UUID by the last digits of it, so
 * that a node can give an execution that was started without a name one that lies on a partition of its own.
 *
 * Stored data depend on it: it never changes.
 */
export function partitionOf(executionKey: string, partitionCount: number): number {
  return partitionCount === 1 ? 0 : slotOf(executionKey) % partitionCount;
}

/** Where it lies, for any number of partitions: from 0 to 65,535. */
export function slotOf(executionKey: string): number {
  const digits = PLACED_NAME.exec(executionKey)?.[1];
  return digits === undefined
    ? createHash('sha1').update(executionKey).digest().readUInt16BE(0)
    : Number.parseInt(digits, 16);
}

/** A version 7 UUID that lies on `partition`. @param uuid any version 7 UUID */
export function placedOn(uuid: string, partition: number, partitionCount: number): string {
  const random = Number.parseInt(uuid.slice(-4), 16);
  const slot = (random - (random % partitionCount) + partition) % SLOTS;
  return uuid.slice(0, -4) + slot.toString(16).padStart(4, '0');
}
