import { describe, expect, test } from 'vitest';
import type { ExecutionStatus } from '../../../runtime/ports/store.ts';
import { list } from './store-listings.ts';
import type { StoreSetup } from './store-setup.ts';

export function describeListing(name: string, setup: StoreSetup): void {
  describe(`${name}: listing`, () => {
    test('newest start comes first, of equal ones the greater key', async () => {
      const { store, owner } = await setup();

      await owner.commit([
        { key: 'b', startMs: 10 },
        { key: 'old', startMs: 9 },
        { key: 'c', startMs: 10 },
        { key: 'latest', startMs: Date.UTC(9999, 11, 31) },
        { key: 'a', startMs: 10 },
        { key: 'soon', startMs: 2 ** 40 },
      ]);

      expect(await list(store)).toEqual(['latest', 'soon', 'c', 'b', 'a', 'old']);
    });

    test('an entry shows all of itself', async () => {
      const { store, owner } = await setup();
      const change = {
        key: 'a',
        machineKey: 'm',
        status: 'FAILED',
        startMs: 1_700_000_000_001,
        stopMs: 1_700_000_000_999,
      } as const;

      await owner.commit([change]);

      expect(await store.listExecutions({ machineKey: 'm', status: undefined, limit: 9, after: undefined })).toEqual([
        { executionKey: 'a', machineKey: 'm', status: 'FAILED', startMs: 1_700_000_000_001, stopMs: 1_700_000_000_999 },
      ]);
    });

    test('an entry moves from one status to another', async () => {
      const { store, owner } = await setup();
      await owner.commit([{ key: 'a' }, { key: 'b' }]);

      await owner.commit([{ key: 'a', status: 'SUCCEEDED', stopMs: 2_000 }]);

      expect(await list(store, { status: 'RUNNING' })).toEqual(['b']);
      expect(await list(store, { status: 'SUCCEEDED' })).toEqual(['a']);
      expect(await list(store)).toEqual(['b', 'a']);
    });

    test('an entry comes back to a status it had', async () => {
      const { store, owner } = await setup();
      await owner.commit([{ key: 'a' }]);
      await owner.commit([{ key: 'a', status: 'FAILED', stopMs: 2_000 }]);

      await owner.commit([{ key: 'a', status: 'RUNNING' }]);

      expect(await list(store, { status: 'RUNNING' })).toEqual(['a']);
      expect(await list(store, { status: 'FAILED' })).toEqual([]);
    });

    test('each state machine has its own, also when their keys begin alike', async () => {
      const { store, owner } = await setup();
      const machines = ['m', 'mm', 'm\u0000', '', 'n'];

      await owner.commit(machines.map((machineKey) => ({ key: `of ${machineKey}`, machineKey })));

      for (const machineKey of machines) expect(await list(store, { machineKey })).toEqual([`of ${machineKey}`]);
      expect(await list(store, { machineKey: 'unknown' })).toEqual([]);
    });

    test('a partition can be asked for, and shows its own executions alone', async () => {
      const { store, owner } = await setup();

      await owner.commit([{ key: 'a' }]);

      expect(await list(store, { partition: 0 })).toEqual(['a']);
      expect(await list(store, { partition: 0, machineKey: 'unknown' })).toEqual([]);
    });

    test.each<[string, ExecutionStatus | undefined]>([
      ['one status', 'SUCCEEDED'],
      ['all statuses', undefined],
    ])('pages of %s follow each other without a gap or a repetition', async (_, status) => {
      const { store, owner } = await setup();
      const statuses = [
        'SUCCEEDED',
        'SUCCEEDED',
        'RUNNING',
        'FAILED',
        'TIMED_OUT',
        'ABORTED',
        'PENDING_REDRIVE',
      ] as const;
      await owner.commit(
        Array.from({ length: 40 }, (_, i) => ({ key: `e${i}`, startMs: i >> 2, status: statuses[i % 7] ?? 'RUNNING' })),
      );
      const whole = await list(store, { status });

      const pages: string[] = [];
      let after: { startMs: number; executionKey: string } | undefined;
      for (;;) {
        const page = await store.listExecutions({ machineKey: 'machine', status, limit: 3, after });
        pages.push(...page.map((entry) => entry.executionKey));
        after = page.at(-1);
        if (page.length < 3) break;
      }

      expect(pages).toEqual(whole);
      expect(new Set(pages).size).toBe(status === undefined ? 40 : 12);
    });

    test('a page may begin behind an entry that is gone from its status', async () => {
      const { store, owner } = await setup();
      await owner.commit([
        { key: 'a', startMs: 1 },
        { key: 'b', startMs: 2 },
        { key: 'c', startMs: 3 },
      ]);
      await owner.commit([{ key: 'b', status: 'ABORTED' }]);

      const page = await list(store, { status: 'RUNNING', after: { startMs: 2, executionKey: 'b' } });

      expect(page).toEqual(['a']);
    });
  });
}
