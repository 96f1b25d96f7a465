import type { KeyRange } from './lmdb-keys.ts';
import type { Table } from './lmdb-tree.ts';
import type { Write } from './table-writes.ts';

export interface TableEntry {
  readonly key: Buffer;
  readonly value: Uint8Array;
}

export interface RangeQuery extends KeyRange {
  /** Only what comes strictly after this key, in the direction of reading. */
  readonly after: Buffer | undefined;
  readonly reverse?: boolean;
  readonly limit: number;
}

/** A range of the table as it will be when `pending` is written, later writes of a key counting more than earlier ones. */
export function readRange(table: Table, pending: readonly Write[], query: RangeQuery): readonly TableEntry[] {
  const found: TableEntry[] = [];
  if (query.limit === 0) return found;
  const { after, reverse = false } = query;
  const [start, end] = reverse ? [query.end, query.start] : [query.start, query.end];
  const isInside = after !== undefined && isBefore(start, after, reverse);
  const from = isInside ? after : start;
  const exclusiveStart = isInside || reverse;
  const stored = table.getRange({ start: from, end, reverse, exclusiveStart });
  const writes = sortedWrites(pending, query);
  for (const entry of overlaid(stored, writes, reverse)) {
    found.push(entry);
    if (found.length === query.limit) break;
  }
  return found;
}

/** Those of the range, in order of reading, the last one of each key. */
function sortedWrites(pending: readonly Write[], { start, end, after, reverse = false }: RangeQuery): readonly Write[] {
  const byKey = new Map<string, Write>();
  for (const write of pending) {
    const { key } = write;
    const isInside = Buffer.compare(start, key) <= 0 && Buffer.compare(key, end) < 0;
    if (isInside && (after === undefined || isBefore(after, key, reverse))) byKey.set(key.toString('latin1'), write);
  }
  const sorted = [...byKey.values()].sort((left, right) => Buffer.compare(left.key, right.key));
  return reverse ? sorted.reverse() : sorted;
}

function* overlaid(
  stored: Iterable<TableEntry>,
  writes: readonly Write[],
  reverse: boolean,
): Generator<TableEntry, void, undefined> {
  const rest = writes[Symbol.iterator]();
  let next = rest.next();
  for (const entry of stored) {
    for (; !next.done && isBefore(next.value.key, entry.key, reverse); next = rest.next()) yield* entryOf(next.value);
    if (!next.done && next.value.key.equals(entry.key)) {
      yield* entryOf(next.value);
      next = rest.next();
    } else yield entry;
  }
  for (; !next.done; next = rest.next()) yield* entryOf(next.value);
}

function entryOf({ key, value }: Write): readonly TableEntry[] {
  return value === undefined ? [] : [{ key, value }];
}

function isBefore(left: Buffer, right: Buffer, reverse: boolean): boolean {
  const order = Buffer.compare(left, right);
  return reverse ? order > 0 : order < 0;
}
