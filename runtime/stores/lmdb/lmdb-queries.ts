import type { Database } from 'lmdb';
import type {
  ExecutionEntry,
  ExecutionQuery,
  ExecutionStatus,
  LogEnds,
  RecordQuery,
  StoredRecord,
  WakeUp,
  WakeUpQuery,
} from '../../ports/store.ts';
import {
  chunkOfLogKey,
  listingKey,
  listingOfKey,
  listingRange,
  logRange,
  recordKey,
  recordNameOfKey,
  recordRange,
  STATUS_CODES,
  uint48OfBytes,
  wakeUpKey,
  wakeUpOfKey,
  wakeUpRange,
} from './lmdb-keys.ts';

type Table = Database<Buffer, Buffer>;

const STATUSES = Object.keys(STATUS_CODES) as ExecutionStatus[]; // the keys of a Record over them

/** The chunks of a log, each put together from the pieces appended to it. */
export function readLogPieces(table: Table, logId: number): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let pieces: Uint8Array[] = [];
  let chunk: number | undefined;
  for (const { key, value } of table.getRange(logRange(logId))) {
    const next = chunkOfLogKey(key);
    if (chunk !== undefined && next !== chunk) {
      chunks.push(join(pieces));
      pieces = [];
    }
    chunk = next;
    pieces.push(value);
  }
  if (pieces.length > 0) chunks.push(join(pieces));
  return chunks;
}

export function readLogEnds(table: Table, logId: number): LogEnds | undefined {
  const { start, end } = logRange(logId);
  const first = readOneChunk(table.getRange({ start, end }));
  const last = readOneChunk(table.getRange({ start: end, end: start, reverse: true, exclusiveStart: true }));
  return first.length === 0 ? undefined : { first: join(first), last: join(last.reverse()) };
}

/** The pieces at the beginning of a range that belong to the same chunk as the first. */
function readOneChunk(range: Iterable<{ key: Buffer; value: Buffer }>): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let chunk: number | undefined;
  for (const { key, value } of range) {
    chunk ??= chunkOfLogKey(key);
    if (chunkOfLogKey(key) !== chunk) break;
    pieces.push(value);
  }
  return pieces;
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces;
  return pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces);
}

export function listExecutions(table: Table, query: ExecutionQuery): readonly ExecutionEntry[] {
  const { status, limit } = query;
  const statuses = status === undefined ? STATUSES : [status];
  return statuses
    .flatMap((each) => listStatus(table, query, each))
    .sort((left, right) => Buffer.compare(right.order, left.order))
    .slice(0, limit)
    .map(({ entry }) => entry);
}

/** Executions of one status, newest first, each with the bytes that order it among the others. */
function listStatus(
  table: Table,
  { machineKey, after, limit }: ExecutionQuery,
  status: ExecutionStatus,
): { readonly order: Buffer; readonly entry: ExecutionEntry }[] {
  const { start, end } = listingRange(machineKey, status);
  const from = after === undefined ? end : listingKey({ ...after, machineKey, status });
  const range = table.getRange({ start: from, end: start, reverse: true, exclusiveStart: true, limit });
  return Array.from(range, ({ key, value }) => ({
    order: key.subarray(start.length),
    entry: { ...listingOfKey(key), machineKey, status, stopMs: value.length === 0 ? undefined : uint48OfBytes(value) },
  }));
}

export function readWakeUps(table: Table, { untilMs, after, limit }: WakeUpQuery): readonly WakeUp[] {
  const { start, end } = wakeUpRange(untilMs);
  const from = after === undefined ? start : wakeUpKey(after);
  return Array.from(table.getKeys({ start: from, end, exclusiveStart: true, limit }), wakeUpOfKey);
}

export function readRecords(table: Table, { prefix, after, limit }: RecordQuery): readonly StoredRecord[] {
  const { start, end } = recordRange(prefix);
  const from = after === undefined ? start : recordKey(after);
  const isInside = after !== undefined && Buffer.compare(from, start) >= 0;
  const range = table.getRange({ start: isInside ? from : start, end, exclusiveStart: isInside, limit });
  return Array.from(range, ({ key, value }) => ({ key: recordNameOfKey(key), value }));
}
