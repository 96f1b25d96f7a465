import { describe, expect, test } from 'vitest';
import { partitionOf } from '../../../runtime/partition/placement.ts';
import type { Store } from '../../../runtime/ports/store.ts';
import { type Change, logText, StoreOwner, text } from '../store-owner.ts';
import { list } from './store-listings.ts';
import type { StoreSetup } from './store-setup.ts';

export const PARTITIONS = 4;

/** Keys that lie on a partition, in no order. */
function keysOn(partition: number, count: number): readonly string[] {
  const keys: string[] = [];
  for (let i = 0; keys.length < count; i++) {
    const key = `machine:${(i * 7_919) % 10_007}`;
    if (partitionOf(key, PARTITIONS) === partition) keys.push(key);
  }
  return keys;
}

async function takeAll(store: Store): Promise<readonly StoreOwner[]> {
  return Promise.all(Array.from({ length: PARTITIONS }, (_, i) => StoreOwner.take(store, `owner ${i}`, i)));
}

export function describePartitions(name: string, setup: StoreSetup): void {
  describe(`${name}: partitions`, () => {
    test('their number stays what it was when the store was set up', async () => {
      const { store, reopen } = await setup.withoutOwner();

      expect(store.partitionCount).toBe(PARTITIONS);
      expect((await reopen()).partitionCount).toBe(PARTITIONS);
    });

    test('each has its own commits, also at the same time', async () => {
      const { store } = await setup.withoutOwner();
      const owners = await takeAll(store);

      await Promise.all(owners.map((owner, i) => owner.commit(keysOn(i, 3).map((key) => ({ key, appended: key })))));
      await owners[2]?.commit([]);

      for (let i = 0; i < PARTITIONS; i++) {
        for (const key of keysOn(i, 3)) expect(await logText(store, key)).toEqual([key]);
      }
    });

    test('the executions of one partition can be listed alone', async () => {
      const { store } = await setup.withoutOwner();
      const owners = await takeAll(store);

      await Promise.all(owners.map((owner, i) => owner.commit(keysOn(i, 3).map((key) => ({ key })))));

      for (let i = 0; i < PARTITIONS; i++) {
        expect((await list(store, { partition: i })).sort()).toEqual([...keysOn(i, 3)].sort());
      }
    });

    test('a wake-up is found on the partition of its execution, and there only', async () => {
      const { store } = await setup.withoutOwner();
      const owners = await takeAll(store);
      const [key = ''] = keysOn(3, 1);
      const [other = ''] = keysOn(1, 1);

      await owners[3]?.commit([{ key, wake: 0 }]);
      await owners[1]?.commit([{ key: other, wake: 70_000 }]);

      const found = await Promise.all(
        owners.map((_, partition) =>
          store.readWakeUps({ partition, untilMs: 100_000, limit: 9, after: undefined }).then((all) => all.length),
        ),
      );
      expect(found).toEqual([0, 1, 0, 1]);
    });

    test('a record belongs to its partition', async () => {
      const { store } = await setup.withoutOwner();
      const owners = await takeAll(store);

      await owners[1]?.commit([], [['same', 'one']]);
      await owners[2]?.commit([], [['same', 'two']]);

      expect(text(await store.readRecord(1, 'same'))).toBe('one');
      expect(text(await store.readRecord(2, 'same'))).toBe('two');
      expect(await store.readRecord(0, 'same')).toBeUndefined();
      const query = { prefix: '', limit: 9, after: undefined };
      expect((await store.readRecords({ ...query, partition: 2 })).map(({ key }) => key)).toEqual(['same']);
      expect(await store.readRecords({ ...query, partition: 3 })).toEqual([]);
    });

    test.each(['all statuses', 'one status'])(
      'pages of a listing of %s go over all of them, newest first',
      async (what) => {
        const { store } = await setup.withoutOwner();
        const owners = await takeAll(store);
        const status = what === 'one status' ? 'SUCCEEDED' : undefined;
        // Some at the same millisecond, some hours and years apart.
        const startMs = (i: number): number =>
          1_700_000_000_000 + (i % 5) * 3_000 + (i % 3) * 7_200_000 + (i % 2) * 4e10;
        const changes = (partition: number): Change[] =>
          keysOn(partition, 25).map((key, i) => ({
            key,
            startMs: startMs(i),
            status: i % 4 === 0 ? 'RUNNING' : 'SUCCEEDED',
          }));
        for (const [partition, owner] of owners.entries()) await owner.commit(changes(partition));
        const whole = await list(store, { status });

        const pages: string[] = [];
        let after: { startMs: number; executionKey: string } | undefined;
        for (;;) {
          const page = await store.listExecutions({ machineKey: 'machine', status, limit: 7, after });
          pages.push(...page.map((entry) => entry.executionKey));
          after = page.at(-1);
          if (page.length < 7) break;
        }

        const starts = [0, 1, 2, 3].flatMap(changes).filter((each) => status === undefined || each.status === status);
        const expected = starts
          .sort((a, b) => (b.startMs ?? 0) - (a.startMs ?? 0) || (a.key < b.key ? 1 : -1))
          .map(({ key }) => key);
        expect(pages).toEqual(expected);
        expect(whole).toEqual(expected);
      },
    );
  });
}
