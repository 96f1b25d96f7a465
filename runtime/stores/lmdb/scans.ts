import {
  ENDED_STATUSES,
  type EndedQuery,
  type ExecutionEntry,
  type ExecutionQuery,
  type ExecutionStatus,
  type NamePage,
  type NameQuery,
  type RecordQuery,
  type StartPosition,
  type StoredRecord,
  type WakeUp,
  type WakeUpQuery,
} from '../../ports/store.ts';
import {
  hashOfNameKey,
  listingKey,
  listingOfKey,
  listingRange,
  NAMES,
  nameKey,
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
import { nameWrite, pushListing, pushWakeUp, removeFromIndexes, type Write } from './table-writes.ts';

/** The table, and what is to be written into it: the older commits first. */
export interface ScanSource {
  readonly table: Table;
  readonly pending: readonly PendingCommits[];
}

const STATUSES = Object.keys(STATUS_CODES) as ExecutionStatus[]; // the keys of a Record over them

export function listExecutions({ table, pending }: ScanSource, query: ExecutionQuery): readonly ExecutionEntry[] {
  const { machineKey, status, limit, after } = query;
  const writes = pendingListing(pending, machineKey);
  return (status === undefined ? STATUSES : [status])
    .flatMap((each) => listStatus(table, writes, { machineKey, after, limit, reverse: true }, each))
    .sort((left, right) => Buffer.compare(right.order, left.order))
    .slice(0, limit)
    .map(({ entry }) => entry);
}

/** The next `limit` executions that have ended and began at `stoppedUntilMs` or before, oldest start first. */
export function listEnded(
  { table, pending }: ScanSource,
  { machineKey, stoppedUntilMs, limit, after }: EndedQuery,
): readonly ExecutionEntry[] {
  const writes = pendingListing(pending, machineKey);
  const query = { machineKey, after, limit, reverse: false, untilMs: stoppedUntilMs };
  return ENDED_STATUSES.flatMap((each) => listStatus(table, writes, query, each))
    .sort((left, right) => Buffer.compare(left.order, right.order))
    .slice(0, limit)
    .map(({ entry }) => entry);
}

function pendingListing(pending: readonly PendingCommits[], machineKey: string): readonly Write[] {
  const writes: Write[] = [];
  for (const { executions, removed } of pending) {
    for (const each of removed.values()) if (each.entry.machineKey === machineKey) removeFromIndexes(writes, each);
    for (const execution of executions.values()) {
      const { entryBefore, entryAfter } = execution;
      const isAsked = entryAfter.machineKey === machineKey || entryBefore?.machineKey === machineKey;
      if (isAsked) pushListing(writes, execution);
    }
  }
  return writes;
}

interface StatusQuery {
  readonly machineKey: string;
  readonly after: StartPosition | undefined;
  readonly limit: number;
  readonly reverse: boolean;
  /** The latest start; undefined: any. */
  readonly untilMs?: number;
}

/** Executions of one status, oldest first or the reverse, each with the bytes that order it among the others. */
function listStatus(
  table: Table,
  writes: readonly Write[],
  { machineKey, after, limit, reverse, untilMs }: StatusQuery,
  status: ExecutionStatus,
): { readonly order: Buffer; readonly entry: ExecutionEntry }[] {
  const range = listingRange(machineKey, status, untilMs);
  const afterKey = after && listingKey({ ...after, machineKey, status });
  return readRange(table, writes, { ...range, after: afterKey, reverse, limit }).map(({ key, value }) => ({
    order: key.subarray(range.start.length),
    entry: { ...listingOfKey(key), machineKey, status, stopMs: value.length === 0 ? undefined : uint48OfBytes(value) },
  }));
}

export function readWakeUps({ table, pending }: ScanSource, query: WakeUpQuery): readonly WakeUp[] {
  const { untilMs, after, limit } = query;
  const writes: Write[] = [];
  for (const { executions, removed } of pending) {
    for (const each of removed.values()) removeFromIndexes(writes, each);
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

export function readNames({ table, pending }: ScanSource, { limit, after }: NameQuery): NamePage {
  const writes = pending.flatMap(({ names }) => [...names].map(([hash, untilHour]) => nameWrite(hash, untilHour)));
  const found = readRange(table, writes, { ...NAMES, after: after && nameKey(after), limit });
  const names = found.map(({ key, value }) => ({ hash: hashOfNameKey(key), untilHour: uint48OfBytes(value) }));
  return { names, next: names.length < limit ? undefined : names.at(-1)?.hash };
}
