import type { ExecutionStatus, WakeUp } from '../../ports/store.ts';

/**
 * Keys of the LMDB store: one tree, whose order of bytes is the order the port promises. The first byte is the table:
 *
 * - log: (log id, chunk, offset) → the bytes appended there. Log ids are given out in order of start, so that what is
 *   written together lies together: a commit of 64 executions touches a few pages, not 64.
 * - log id: execution key → log id.
 * - listing: (machine key, status, start, execution key) → stop time; read backwards.
 * - wake-up: (time, execution key) → nothing.
 * - record: record key → value.
 * - name: the hash of a name that stays taken → until which hour.
 *
 * Numbers are big-endian; strings are UTF-8 and stand last, or behind their length.
 */
const LOG = 1;
const LOG_ID = 2;
const LISTING = 3;
const WAKE_UP = 4;
const RECORD = 5;
const NAME = 6;

/** Six bytes: more than the milliseconds to the end of year 9999, or the executions that can be stored. */
const UINT48_BYTES = 6;
export const UINT48_MAX: number = 2 ** 48 - 1;
const LOG_KEY_BYTES = 1 + UINT48_BYTES + 4 + 4;

/** Append only: the numbers are stored. */
export const STATUS_CODES: Readonly<Record<ExecutionStatus, number>> = {
  RUNNING: 1,
  SUCCEEDED: 2,
  FAILED: 3,
  TIMED_OUT: 4,
  ABORTED: 5,
  PENDING_REDRIVE: 6,
};

/** Keys from `start` on, up to `end` without it. */
export interface KeyRange {
  readonly start: Buffer;
  readonly end: Buffer;
}

export interface LogPosition {
  readonly logId: number;
  readonly chunk: number;
  /** Bytes of the chunk before this piece. */
  readonly offset: number;
}

export function logKey({ logId, chunk, offset }: LogPosition): Buffer {
  const key = Buffer.allocUnsafe(LOG_KEY_BYTES);
  key[0] = LOG;
  key.writeUIntBE(logId, 1, UINT48_BYTES);
  key.writeUInt32BE(chunk, 7);
  key.writeUInt32BE(offset, 11);
  return key;
}

export function positionOfLogKey(key: Buffer): Omit<LogPosition, 'logId'> {
  return { chunk: key.readUInt32BE(7), offset: key.readUInt32BE(11) };
}

export function logIdOfLogKey(key: Buffer): number {
  return key.readUIntBE(1, UINT48_BYTES);
}

/** All of an execution's log. */
export function logRange(logId: number): KeyRange {
  return { start: logPrefix(logId), end: logPrefix(logId + 1) };
}

function logPrefix(logId: number): Buffer {
  return logKey({ logId, chunk: 0, offset: 0 }).subarray(0, 1 + UINT48_BYTES);
}

/** The logs of all executions. */
export const LOGS: KeyRange = { start: Buffer.from([LOG]), end: Buffer.from([LOG + 1]) };

export function logIdKey(executionKey: string): Buffer {
  const key = Buffer.allocUnsafe(1 + Buffer.byteLength(executionKey));
  key[0] = LOG_ID;
  key.write(executionKey, 1);
  return key;
}

export interface ListingPosition {
  readonly machineKey: string;
  readonly status: ExecutionStatus;
  readonly startMs: number;
  readonly executionKey: string;
}

export function listingKey({ machineKey, status, startMs, executionKey }: ListingPosition): Buffer {
  const machineBytes = Buffer.byteLength(machineKey);
  const key = Buffer.allocUnsafe(3 + machineBytes + 1 + UINT48_BYTES + Buffer.byteLength(executionKey));
  key[0] = LISTING;
  key.writeUInt16BE(machineBytes, 1);
  key.write(machineKey, 3);
  let position = 3 + machineBytes;
  key[position++] = STATUS_CODES[status];
  key.writeUIntBE(startMs, position, UINT48_BYTES);
  key.write(executionKey, position + UINT48_BYTES);
  return key;
}

/** The executions of a state machine in a status, up to and with those that began at `untilMs`. */
export function listingRange(machineKey: string, status: ExecutionStatus, untilMs: number = UINT48_MAX): KeyRange {
  const start = listingKey({ machineKey, status, startMs: 0, executionKey: '' });
  const prefix = start.subarray(0, start.length - UINT48_BYTES);
  if (untilMs >= UINT48_MAX) return { start: prefix, end: afterPrefix(prefix) };
  return { start: prefix, end: listingKey({ machineKey, status, startMs: Math.floor(untilMs) + 1, executionKey: '' }) };
}

export function listingOfKey(key: Buffer): { readonly startMs: number; readonly executionKey: string } {
  const position = 3 + key.readUInt16BE(1) + 1;
  return {
    startMs: key.readUIntBE(position, UINT48_BYTES),
    executionKey: key.toString('utf8', position + UINT48_BYTES),
  };
}

export function wakeUpKey({ atMs, executionKey }: WakeUp): Buffer {
  const key = Buffer.allocUnsafe(1 + UINT48_BYTES + Buffer.byteLength(executionKey));
  key[0] = WAKE_UP;
  key.writeUIntBE(atMs, 1, UINT48_BYTES);
  key.write(executionKey, 1 + UINT48_BYTES);
  return key;
}

/** Wake-ups up to and with `untilMs`, which may be any number. */
export function wakeUpRange(untilMs: number): KeyRange {
  const endMs = Math.max(0, Math.min(Math.floor(untilMs) + 1, UINT48_MAX));
  return { start: wakeUpKey({ atMs: 0, executionKey: '' }), end: wakeUpKey({ atMs: endMs, executionKey: '' }) };
}

export function wakeUpOfKey(key: Buffer): WakeUp {
  return { atMs: key.readUIntBE(1, UINT48_BYTES), executionKey: key.toString('utf8', 1 + UINT48_BYTES) };
}

export function recordKey(name: string): Buffer {
  const key = Buffer.allocUnsafe(1 + Buffer.byteLength(name));
  key[0] = RECORD;
  key.write(name, 1);
  return key;
}

export function recordRange(prefix: string): KeyRange {
  const start = recordKey(prefix);
  return { start, end: afterPrefix(start) };
}

export function recordNameOfKey(key: Buffer): string {
  return key.toString('utf8', 1);
}

export function nameKey(hash: Uint8Array): Buffer {
  const key = Buffer.allocUnsafe(1 + hash.length);
  key[0] = NAME;
  key.set(hash, 1);
  return key;
}

export function hashOfNameKey(key: Buffer): Buffer {
  return key.subarray(1);
}

/** All names that stay taken. */
export const NAMES: KeyRange = { start: Buffer.from([NAME]), end: Buffer.from([NAME + 1]) };

/** A number of six bytes as a value. */
export function uint48Bytes(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(UINT48_BYTES);
  bytes.writeUIntBE(value, 0, UINT48_BYTES);
  return bytes;
}

export function uint48OfBytes(bytes: Uint8Array): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).readUIntBE(0, UINT48_BYTES);
}

/** The least key above all that begin with `prefix`. Its first byte is a table's number, so there is one. */
function afterPrefix(prefix: Buffer): Buffer {
  const last = prefix.findLastIndex((byte) => byte !== 0xff);
  const end = Buffer.from(prefix.subarray(0, last + 1));
  end[last] = (prefix[last] ?? 0) + 1;
  return end;
}
