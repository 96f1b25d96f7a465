import { expect, test } from 'vitest';
import { HistoryLedger, LEDGER, type WeighedCommit } from '../../../../runtime/partition/history-ledger.ts';
import type { ListingPolicy } from '../../../../runtime/partition/history-policies.ts';
import type { ExecutionEntry } from '../../../../runtime/ports/store.ts';

const POLICY: ListingPolicy = { retentionMs: 32_000, bytesMax: undefined, minAgeMs: 100 };
const MACHINE = 'us-east-1:123456789012:m';

function ledgerOf(epoch: number, policy: Partial<ListingPolicy> = {}, sharedBytesMax?: number): HistoryLedger {
  const policyOf = (): ListingPolicy => ({ ...POLICY, ...policy });
  return new HistoryLedger({ epoch, partitionCount: 2, policyOf, sharedBytesMax });
}

function ended(stopMs: number | undefined, before: Partial<ExecutionEntry> | undefined = {}): WeighedCommit {
  const entry: ExecutionEntry = {
    executionKey: 'e',
    machineKey: MACHINE,
    status: 'RUNNING',
    startMs: 0,
    stopMs: undefined,
  };
  return {
    commit: {
      key: 'e',
      log: { chunk: 0, offset: 0, appended: new Uint8Array() },
      wakeBefore: undefined,
      wakeAfter: undefined,
      entryBefore: before && { ...entry, ...before },
      entryAfter: { ...entry, stopMs },
    },
    logBytes: 550,
  };
}

/** As one commit. @returns the keys of the rows that it writes. */
function enter(ledger: HistoryLedger, ...commits: readonly WeighedCommit[]): readonly string[] {
  const entry = ledger.weigh(commits);
  entry?.keep();
  return (entry?.records ?? []).map(({ key }) => key);
}

test('only what ends is entered, once', () => {
  const ledger = ledgerOf(1);

  expect(ledger.weigh([ended(undefined), ended(7, { stopMs: 7 })])).toBeUndefined();
  expect(enter(ledger, ended(8), ended(9, undefined))).toEqual([`${LEDGER}${MACHINE}/1.1`]);
  expect(ledger.due(40_000)).toMatchObject([{ rows: [{ count: 2, firstMs: 8, lastMs: 9 }] }]);
});

test('what is not kept has not been entered', () => {
  const ledger = ledgerOf(1);

  ledger.weigh([ended(8)]);

  expect(ledger.due(90_000)).toEqual([]);
});

test('a row takes a thirty-second part of the time, then another one begins', () => {
  const ledger = ledgerOf(3);

  expect(enter(ledger, ended(0))).toEqual(enter(ledger, ended(999)));
  expect(enter(ledger, ended(1_000))).toEqual([`${LEDGER}${MACHINE}/3.2`]);
  expect(ledger.nextDueMs()).toBe(32_999);
  expect(ledger.due(32_998)).toEqual([]);
  expect(ledger.due(32_999)).toMatchObject([{ machineKey: MACHINE, untilMs: 999, bytesMax: undefined }]);
});

test('a row that is due takes nothing more', () => {
  const ledger = ledgerOf(1);
  const [row] = enter(ledger, ended(0));

  ledger.due(32_000);

  expect(enter(ledger, ended(1))).not.toEqual([row]);
});

test('the oldest rows are due while there is more than the share of the partition', () => {
  const ledger = ledgerOf(1, {}, 2 * 2_500);
  let times = 0;
  ledger.watch(() => times++);
  for (const stopMs of [0, 10, 20, 30]) enter(ledger, ended(stopMs)); // 1,000 bytes each, 2,500 may stay

  expect(times).toBe(1);
  expect(ledger.due(1_000)).toMatchObject([{ untilMs: 10, bytesMax: 5_000, rows: [{ lastMs: 0 }, { lastMs: 10 }] }]);
});

test('what ended just now stays, and is due when it is old enough', () => {
  const ledger = ledgerOf(1, {}, 2);
  enter(ledger, ended(1_000));

  expect(ledger.due(1_099)).toEqual([]);
  expect(ledger.nextDueMs()).toBe(1_100);
  expect(ledger.due(1_100)).toHaveLength(1);
});

test('the next owner knows what those before have entered, and begins rows of its own', () => {
  const first = ledgerOf(1);
  const records = first.weigh([ended(5)])?.records ?? [];
  const next = ledgerOf(2);
  enter(next, ended(6));

  next.load(records.flatMap(({ key, value }) => (value === undefined ? [] : [{ key, value }])));

  const [expiry] = next.due(90_000);
  expect(expiry?.rows.map(({ key }) => key)).toEqual([`${LEDGER}${MACHINE}/2.1`, `${LEDGER}${MACHINE}/1.1`]);
  expect(next.forget(expiry?.rows ?? []).map(({ value }) => value)).toEqual([undefined, undefined]);
  expect(next.due(90_000)).toEqual([]);
  expect([...next.machineKeys]).toEqual([]);
});
