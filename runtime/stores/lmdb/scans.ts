import type {
  ExecutionEntry,
  ExecutionQuery,
  ExecutionStatus,
  RecordQuery,
  StoredRecord,
  WakeUp,
  WakeUpQuery,
} from '../../ports/store.ts';
import {
  listingKey,
  listingOfKey,
  listingRange,
  recordKey,
  recordNameOfKey,
  recordRange,
  STATUS_CODES,
  uint48OfBytes,
  wakeUpKey,
  wakeUpOfKey,
  wakeUpRange,
} from './lmdb-keys.ts';
import type { Table } from './lmdb-tree.ts';
import { readRange } from './overlay.ts';
import type { PendingCommits } from './pending-commits.ts';
import { pushListing, pushWakeUp, type Write } from './table-writes.ts';

/** The table, and what is to be written into it: the older commits first. */
export interface ScanSource {
  readonly table: Table;
  readonly pending: readonly PendingCommits[];
}

const STATUSES = Object.keys(STATUS_CODES) as ExecutionStatus[]; // the keys of a Record over them

export function listExecutions({ table, pending }: ScanSource, query: ExecutionQuery): readonly ExecutionEntry[] {
  const { machineKey, status, limit } = query;
  const writes: Write[] = [];
  for (const { executions } of pending) {
    for (const execution of executions.values()) {
      const { entryBefore, entryAfter } = execution;
      const isAsked = entryAfter.machineKey === machineKey || entryBefore?.machineKey === machineKey;
      if (isAsked) pushListing(writes, execution);
    }
  }
  return (status === undefined ? STATUSES : [status])
    .flatMap((each) => listStatus(table, writes, query, each))
    .sort((left, right) => Buffer.compare(right.order, left.order))
    .slice(0, limit)
    .map(({ entry }) => entry);
}

/** Executions of one status, newest first, each with the bytes that order it among the others. */
function listStatus(
  table: Table,
  writes: readonly Write[],
  { machineKey, after, limit }: ExecutionQuery,
  status: ExecutionStatus,
): { readonly order: Buffer; readonly entry: ExecutionEntry }[] {
  const range = listingRange(machineKey, status);
  const afterKey = after && listingKey({ ...after, machineKey, status });
  return readRange(table, writes, { ...range, after: afterKey, reverse: true, limit }).map(({ key, value }) => ({
    order: key.subarray(range.start.length),
    entry: { ...listingOfKey(key), machineKey, status, stopMs: value.length === 0 ? undefined : uint48OfBytes(value) },
  }));
}

export function readWakeUps({ table, pending }: ScanSource, query: WakeUpQuery): readonly WakeUp[] {
  const { untilMs, after, limit } = query;
  const writes: Write[] = [];
  for (const { executions } of pending) {
    for (const [executionKey, execution] of executions) pushWakeUp(writes, executionKey, execution);
  }
  const afterKey = after && wakeUpKey(after);
  const found = readRange(table, writes, { ...wakeUpRange(untilMs), after: afterKey, limit });
  return found.map(({ key }) => wakeUpOfKey(key));
}

export function readRecords({ table, pending }: ScanSource, query: RecordQuery): readonly StoredRecord[] {
  const { prefix, after, limit } = query;
  const writes: Write[] = [];
  for (const { records } of pending) {
    for (const [name, value] of records) if (name.startsWith(prefix)) writes.push({ key: recordKey(name), value });
  }
  const afterKey = after === undefined ? undefined : recordKey(after);
  const found = readRange(table, writes, { ...recordRange(prefix), after: afterKey, limit });
  return found.map(({ key, value }) => ({ key: recordNameOfKey(key), value }));
}
