import { assert } from '../../../core/assert.ts';
import { listingKey, logIdKey, logKey, logRange, nameKey, recordKey, uint48Bytes, wakeUpKey } from './lmdb-keys.ts';
import type { Table } from './lmdb-tree.ts';
import type { LogIds } from './log-ids.ts';
import { joinPending, type PendingCommits, type PendingExecution, type RemovedExecution } from './pending-commits.ts';

/** A key of the table, and what it gets; undefined: the key goes. */
export interface Write {
  readonly key: Buffer;
  readonly value: Uint8Array | undefined;
}

const NOTHING = Buffer.alloc(0);

/** All that pending commits write into the table, in this order. What came and went among them is not in it. */
export function tableWrites(commits: PendingCommits, table: Table, logIds: LogIds): readonly Write[] {
  const { executions, removed, records, names } = commits;
  const writes: Write[] = [];
  for (const [key, each] of removed) {
    removeLog(writes, key, table, logIds);
    removeFromIndexes(writes, each);
  }
  for (const [key, pending] of executions) {
    pushLog(writes, key, pending, logIds);
    pushWakeUp(writes, key, pending);
    pushListing(writes, pending);
  }
  for (const [key, value] of records) writes.push({ key: recordKey(key), value });
  for (const [hash, untilHour] of names) writes.push(nameWrite(hash, untilHour));
  return writes;
}

function removeLog(writes: Write[], executionKey: string, table: Table, logIds: LogIds): void {
  const logId = logIds.read(executionKey);
  assert(logId !== undefined, `${executionKey} is in the table`);
  for (const key of table.getKeys(logRange(logId))) writes.push({ key, value: undefined });
  writes.push({ key: logIdKey(executionKey), value: undefined });
  logIds.forget(executionKey);
}

/** One execution's writes to listing and wake-ups when it goes. */
export function removeFromIndexes(writes: Write[], { entry, wakeAtMs }: RemovedExecution): void {
  writes.push({ key: listingKey(entry), value: undefined });
  if (wakeAtMs === undefined) return;
  writes.push({ key: wakeUpKey({ atMs: wakeAtMs, executionKey: entry.executionKey }), value: undefined });
}

/** `hash`: in hexadecimal. */
export function nameWrite(hash: string, untilHour: number | undefined): Write {
  const value = untilHour === undefined ? undefined : uint48Bytes(untilHour);
  return { key: nameKey(Buffer.from(hash, 'hex')), value };
}

function pushLog(
  writes: Write[],
  executionKey: string,
  { entryBefore, entryAfter, pieces }: PendingExecution,
  logIds: LogIds,
): void {
  if (entryBefore === undefined) writes.push(logIds.start(executionKey));
  const logId = logIds.find(executionKey);
  assert(logId !== undefined, `${executionKey} has started`);
  for (const { chunk, offset, appended } of joinPending(pieces)) {
    writes.push({ key: logKey({ logId, chunk, offset }), value: appended });
  }
  if (entryAfter.stopMs !== undefined) logIds.forget(executionKey);
}

/** One execution's writes to the table of wake-ups. */
export function pushWakeUp(
  writes: Write[],
  executionKey: string,
  { wakeBefore, wakeAfter }: Pick<PendingExecution, 'wakeBefore' | 'wakeAfter'>,
): void {
  if (wakeBefore === wakeAfter) return;
  if (wakeBefore !== undefined) writes.push({ key: wakeUpKey({ atMs: wakeBefore, executionKey }), value: undefined });
  if (wakeAfter !== undefined) writes.push({ key: wakeUpKey({ atMs: wakeAfter, executionKey }), value: NOTHING });
}

/** One execution's writes to the listing. */
export function pushListing(
  writes: Write[],
  { entryBefore, entryAfter }: Pick<PendingExecution, 'entryBefore' | 'entryAfter'>,
): void {
  if (entryBefore === entryAfter) return;
  if (entryBefore !== undefined) writes.push({ key: listingKey(entryBefore), value: undefined });
  const { stopMs } = entryAfter;
  writes.push({ key: listingKey(entryAfter), value: stopMs === undefined ? NOTHING : uint48Bytes(stopMs) });
}
