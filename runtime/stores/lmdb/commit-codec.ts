import { Packr } from 'msgpackr';
import { assert } from '../../../core/assert.ts';
import type {
  EndedExecution,
  ExecutionCommit,
  ExecutionEntry,
  ExecutionStatus,
  NameCommit,
  RecordCommit,
  TurnCommit,
} from '../../ports/store.ts';
import { STATUS_CODES, UINT48_MAX } from './lmdb-keys.ts';

/** What a commit changes: all of it but the lease. */
export type CommitChanges = Pick<TurnCommit, 'executions' | 'records' | 'removed' | 'names'>;

/** Longest key in bytes that an execution, a state machine or a record may have (see the port). */
const KEY_BYTES_MAX = 400;
const UINT32_MAX = 2 ** 32 - 1;
/** Length of the packed part, which stands first. */
const LENGTH_BYTES = 4;

const packr = new Packr({ useRecords: false });
const STATUSES = new Map(Object.entries(STATUS_CODES).map(([status, code]) => [code, status as ExecutionStatus])); // its keys

/** Positional, append only: they are stored. `true` is an entry that is the one before. */
type PackedEntry = readonly [machineKey: string, status: number, startMs: number, stopMs: number | undefined];
type PackedExecution = readonly [
  key: string,
  chunk: number,
  offset: number,
  appendedBytes: number,
  wakeBefore: number | undefined,
  wakeAfter: number | undefined,
  entryBefore: PackedEntry | undefined,
  entryAfter: PackedEntry | true,
];
type PackedRecord = readonly [key: string, valueBytes: number | undefined];
type PackedRemoval = readonly [key: string, lastChunk: number, entry: PackedEntry];
type PackedName = readonly [hash: Uint8Array, untilHour: number | undefined];

/** A commit's changes as bytes. What was appended to logs, and then the values of records, stand in order from `start`. */
export interface EncodedChanges {
  readonly bytes: Buffer;
  readonly start: number;
}

/**
 * Encodes a commit's changes behind `reserved` bytes that are the caller's.
 *
 * @throws {AssertionFailed} something in it cannot be stored. Later, when it is durable, it would be too late.
 */
export function encodeChanges(changes: CommitChanges, reserved: number): EncodedChanges {
  const { executions, records, removed = [], names = [] } = changes;
  const always = [executions.map(packExecution), records.map(packRecord)];
  const isMore = removed.length > 0 || names.length > 0;
  const shape = packr.pack(isMore ? [...always, removed.map(packRemoval), names.map(packName)] : always);
  const start = reserved + LENGTH_BYTES + shape.length;
  let length = start;
  for (const { log } of executions) length += log.appended.length;
  for (const { value } of records) length += value?.length ?? 0;
  const bytes = Buffer.allocUnsafe(length);
  bytes.writeUInt32BE(shape.length, reserved);
  bytes.set(shape, reserved + LENGTH_BYTES);
  let position = start;
  const push = (content: Uint8Array): void => {
    bytes.set(content, position);
    position += content.length;
  };
  for (const { log } of executions) push(log.appended);
  for (const { value } of records) if (value !== undefined) push(value);
  return { bytes, start };
}

/** The changes that were encoded with nothing reserved, and where they have their bytes. */
export function decodeChanges(bytes: Buffer): { readonly changes: CommitChanges; readonly encoded: EncodedChanges } {
  const start = LENGTH_BYTES + bytes.readUInt32BE(0);
  const [executions, records, removed = [], names = []] = packr.unpack(bytes.subarray(LENGTH_BYTES, start)) as [
    PackedExecution[],
    PackedRecord[],
    PackedRemoval[]?,
    PackedName[]?,
  ]; // encodeChanges packed it
  let position = start;
  const take = (length: number): Buffer => {
    position += length;
    return bytes.subarray(position - length, position);
  };
  const changes = {
    executions: executions.map((packed) => unpackExecution(packed, take(packed[3]))),
    records: records.map(([key, length]) => ({ key, value: length === undefined ? undefined : take(length) })),
    removed: removed.map(([key, lastChunk, entry]) => ({ lastChunk, entry: unpackEntry(key, entry) })),
    names: names.map(([hash, untilHour]) => ({ hash, untilHour })),
  };
  return { changes, encoded: { bytes, start } };
}

function packExecution(commit: ExecutionCommit): PackedExecution {
  const { key, log, wakeBefore, wakeAfter, entryBefore, entryAfter } = commit;
  assertKey(key);
  assertNumber(log.chunk, UINT32_MAX);
  assertNumber(log.offset, UINT32_MAX);
  assertNumber(wakeAfter ?? 0, UINT48_MAX);
  const before = entryBefore && packEntry(entryBefore);
  const after = entryBefore === entryAfter || packEntry(entryAfter);
  return [key, log.chunk, log.offset, log.appended.length, wakeBefore, wakeAfter, before, after];
}

function unpackExecution(packed: PackedExecution, appended: Uint8Array): ExecutionCommit {
  const [key, chunk, offset, , wakeBefore, wakeAfter, before, after] = packed;
  const entryBefore = before && unpackEntry(key, before);
  const entryAfter = after === true ? entryBefore : unpackEntry(key, after);
  assert(entryAfter !== undefined, 'an entry that stays has been there');
  return { key, log: { chunk, offset, appended }, wakeBefore, wakeAfter, entryBefore, entryAfter };
}

function packEntry({ machineKey, status, startMs, stopMs }: ExecutionEntry): PackedEntry {
  assertKey(machineKey);
  assertNumber(startMs, UINT48_MAX);
  assertNumber(stopMs ?? 0, UINT48_MAX);
  return [machineKey, STATUS_CODES[status], startMs, stopMs];
}

function unpackEntry(executionKey: string, [machineKey, code, startMs, stopMs]: PackedEntry): ExecutionEntry {
  const status = STATUSES.get(code);
  assert(status !== undefined, `status ${code} is of a newer version`);
  return { executionKey, machineKey, status, startMs, stopMs };
}

function packRecord({ key, value }: RecordCommit): PackedRecord {
  assertKey(key);
  return [key, value?.length];
}

function packRemoval({ entry, lastChunk }: EndedExecution): PackedRemoval {
  assertKey(entry.executionKey);
  return [entry.executionKey, lastChunk, packEntry(entry)];
}

function packName({ hash, untilHour }: NameCommit): PackedName {
  assertNumber(untilHour ?? 0, UINT48_MAX);
  return [hash, untilHour];
}

function assertKey(key: string): void {
  const isShort = key.length * 3 <= KEY_BYTES_MAX || Buffer.byteLength(key) <= KEY_BYTES_MAX;
  assert(isShort, `a key has at most ${KEY_BYTES_MAX} bytes`);
}

function assertNumber(value: number, max: number): void {
  assert(Number.isInteger(value) && value >= 0 && value <= max, `${value} is not a number from 0 to ${max}`);
}
