import { crc32 } from 'node:zlib';
import type { Lease } from '../../ports/store.ts';

/**
 * An entry of the journal: checksum (uint32), length of what follows the header (uint32), commit number (uint48), and
 * what was committed. Numbers are big-endian.
 *
 * The checksum covers all that follows it and starts from the lease, whose holder is random: what an earlier lease left
 * in a segment is not taken for an entry, nor is an entry that somebody makes up in an execution's input.
 */
export const ENTRY_HEADER_BYTES = 14;
const LENGTH_AT = 4;
const NUMBER_AT = 8;
const NUMBER_BYTES = 6;

/** An entry begins on a page of its own: no later write touches a page that holds an acknowledged one. */
const PAGE_BYTES = 4_096;

/** Entries that one lease seals, and reads again. */
export interface EntrySeal {
  readonly checksum: number;
}

export interface JournalEntry {
  readonly number: number;
  readonly content: Buffer;
}

export function sealOf({ epoch, holder }: Lease): EntrySeal {
  return { checksum: crc32(`${epoch} ${holder}`) };
}

/** Writes the header into the first `ENTRY_HEADER_BYTES` of an entry. */
export function sealEntry(entry: Buffer, number: number, seal: EntrySeal): void {
  entry.writeUInt32BE(entry.length - ENTRY_HEADER_BYTES, LENGTH_AT);
  entry.writeUIntBE(number, NUMBER_AT, NUMBER_BYTES);
  entry.writeUInt32BE(crc32(entry.subarray(LENGTH_AT), seal.checksum), 0);
}

/** Bytes that an entry of `length` takes in its segment. */
export function entrySpan(length: number): number {
  return Math.ceil(length / PAGE_BYTES) * PAGE_BYTES;
}

/** The entries at the beginning of a segment: they are whole, and their numbers follow each other. */
export function readEntries(segment: Buffer, seal: EntrySeal): readonly JournalEntry[] {
  const entries: JournalEntry[] = [];
  for (let position = 0, next: number | undefined; position + ENTRY_HEADER_BYTES <= segment.length; ) {
    const length = ENTRY_HEADER_BYTES + segment.readUInt32BE(position + LENGTH_AT);
    const entry = segment.subarray(position, position + length);
    const number = entry.readUIntBE(NUMBER_AT, NUMBER_BYTES);
    if (entry.length < length || (next !== undefined && number !== next)) break;
    if (crc32(entry.subarray(LENGTH_AT), seal.checksum) !== entry.readUInt32BE(0)) break;
    entries.push({ number, content: entry.subarray(ENTRY_HEADER_BYTES) });
    next = number + 1;
    position += entrySpan(length);
  }
  return entries;
}
