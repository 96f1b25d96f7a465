import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExecutionCommit, ExecutionEntry } from '../../../../../runtime/ports/store.ts';
import { type CommitChanges, decodeChanges, encodeChanges } from '../../../../../runtime/stores/lmdb/commit-codec.ts';

const RESERVED = 5;

const key = fc.string({ unit: 'grapheme', maxLength: 20 });
const ms = fc.integer({ min: 0, max: 253_402_300_799_999 });
const bytes = fc.uint8Array({ maxLength: 50 }).map((each) => Buffer.from(each));
const FIELDS = {
  machineKey: key,
  status: fc.constantFrom('RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'),
  startMs: ms,
  stopMs: fc.option(ms, { nil: undefined }),
} as const;
const entry = fc.record(FIELDS);
const execution = fc
  .record({
    key,
    log: fc.record({ chunk: fc.nat(), offset: fc.nat(), appended: bytes }),
    wakeBefore: fc.option(ms, { nil: undefined }),
    wakeAfter: fc.option(ms, { nil: undefined }),
    entryBefore: fc.option(entry, { nil: undefined }),
    entryAfter: fc.option(entry, { nil: undefined }),
  })
  .filter(({ entryBefore, entryAfter }) => entryBefore !== undefined || entryAfter !== undefined)
  .map((each): ExecutionCommit => {
    const [before, after] = [each.entryBefore, each.entryAfter].map(
      (one): ExecutionEntry | undefined => one && { ...one, executionKey: each.key },
    );
    const entryAfter = after ?? before;
    if (entryAfter === undefined) throw new RangeError('filtered');
    return { ...each, entryBefore: before, entryAfter };
  });
const commit = fc.record({
  executions: fc.array(execution, { maxLength: 5 }),
  records: fc.array(fc.record({ key, value: fc.option(bytes, { nil: undefined }) }), { maxLength: 5 }),
  removed: fc.array(fc.record({ entry: fc.record({ ...FIELDS, executionKey: key }), lastChunk: fc.nat() }), {
    maxLength: 3,
  }),
  names: fc.array(fc.record({ hash: bytes, untilHour: fc.option(fc.nat(), { nil: undefined }) }), { maxLength: 3 }),
});

test('what is decoded is what was encoded', () => {
  fc.assert(
    fc.property(commit, (each) => {
      const { bytes: encoded, start } = encodeChanges(each, RESERVED);

      const found = decodeChanges(encoded.subarray(RESERVED));

      expect(found.changes).toEqual(each);
      expect(found.encoded.start).toBe(start - RESERVED);
    }),
  );
});

test('an entry that stays the same object is the same object again', () => {
  const { bytes: encoded } = encodeChanges(changesWith({}), 0);

  const [found] = decodeChanges(encoded).changes.executions;

  expect(found?.entryBefore).toBe(found?.entryAfter);
});

test.each([
  ['an execution key of more than 400 bytes', { key: 'é'.repeat(201) }],
  ['a wake-up before 1970', { wakeAfter: -1 }],
  ['a wake-up that is no number', { wakeAfter: Number.NaN }],
  ['a chunk beyond what a key holds', { log: { chunk: 2 ** 32, offset: 0, appended: Buffer.alloc(1) } }],
])('%s is refused', (_, wrong) => {
  expect(() => encodeChanges(changesWith(wrong), 0)).toThrow();
});

function changesWith(different: Partial<ExecutionCommit>): CommitChanges {
  const listed: ExecutionEntry = {
    executionKey: 'key',
    machineKey: 'machine',
    status: 'RUNNING',
    startMs: 1,
    stopMs: undefined,
  };
  const same: ExecutionCommit = {
    key: 'key',
    log: { chunk: 0, offset: 0, appended: Buffer.from('log') },
    wakeBefore: 0,
    wakeAfter: 0,
    entryBefore: listed,
    entryAfter: listed,
  };
  return { executions: [{ ...same, ...different }], records: [] };
}
