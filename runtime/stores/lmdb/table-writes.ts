import { assert } from '../../../core/assert.ts';
import { listingKey, logKey, recordKey, uint48Bytes, wakeUpKey } from './lmdb-keys.ts';
import type { LogIds } from './log-ids.ts';
import { joinPending, type PendingCommits, type PendingExecution } from './pending-commits.ts';

/** A key of the table, and what it gets; undefined: the key goes. */
export interface Write {
  readonly key: Buffer;
  readonly value: Uint8Array | undefined;
}

const NOTHING = Buffer.alloc(0);

/** All that pending commits write into the table. What came and went among them is not in it. */
export function tableWrites({ executions, records }: PendingCommits, logIds: LogIds): readonly Write[] {
  const writes: Write[] = [];
  for (const [key, pending] of executions) {
    pushLog(writes, key, pending, logIds);
    pushWakeUp(writes, key, pending);
    pushListing(writes, pending);
  }
  for (const [key, value] of records) writes.push({ key: recordKey(key), value });
  return writes;
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
