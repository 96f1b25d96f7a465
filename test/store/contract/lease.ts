import { describe, expect, test } from 'vitest';
import { Fenced } from '../../../runtime/ports/store.ts';
import { StoreOwner, takeLease } from '../store-owner.ts';
import type { StoreSetup } from './store-setup.ts';

export function describeLease(name: string, setup: StoreSetup): void {
  describe(`${name}: lease`, () => {
    test('the first lease of a partition has commit number 0', async () => {
      const { store } = await setup();

      const lease = await takeLease(store, 'second');

      expect(lease).toEqual({ partition: 0, holder: 'second', epoch: 2, commitNumber: 0 });
    });

    test('a new lease goes on from the last commit in a higher epoch', async () => {
      const { store, owner } = await setup();
      const { epoch } = await owner.commit([]);
      await owner.commit([]);

      const lease = await takeLease(store, 'next');

      expect(lease.commitNumber).toBe(2);
      expect(lease.epoch).toBeGreaterThan(epoch);
    });

    test('an epoch is not used again after closing and opening', async () => {
      const { owner, reopen } = await setup();
      const { epoch } = await owner.commit([]);

      const lease = await takeLease(await reopen(), 'owner');

      expect(lease.epoch).toBeGreaterThan(epoch);
      expect(lease.commitNumber).toBe(1);
    });

    test('a new lease fences the owner before it', async () => {
      const { store, owner } = await setup();
      await StoreOwner.take(store, 'next');

      await expect(owner.commit([{ key: 'a' }])).rejects.toThrow(Fenced);
      expect(await store.readLog('a')).toBeUndefined();
    });

    test('a new lease of the same holder fences its older one', async () => {
      const { store, owner } = await setup();
      await StoreOwner.take(store, 'owner');

      await expect(owner.commit([])).rejects.toThrow(Fenced);
    });

    test.each([
      ['epoch', { epoch: 99 }],
      ['holder', { holder: 'another' }],
      ['number above the next', { number: 3 }],
      ['number below the last', { number: -1 }],
      ['partition', { partition: 7 }],
    ])('a commit with a wrong %s is fenced and writes nothing', async (_, wrong) => {
      const { store, owner } = await setup();
      await owner.commit([]);

      const commit = { ...owner.prepare([{ key: 'a' }], [['record', 'value']]), ...wrong };

      await expect(store.commitTurns(commit)).rejects.toThrow(Fenced);
      expect(await store.readLog('a')).toBeUndefined();
      expect(await store.readRecord(0, 'record')).toBeUndefined();
      await owner.commit([{ key: 'a' }]);
    });

    test('before any lease, a commit is fenced', async () => {
      const { store } = await setup.withoutOwner();
      const commit = { partition: 0, epoch: 0, holder: '', number: 1, executions: [], records: [] };

      await expect(store.commitTurns(commit)).rejects.toThrow(Fenced);
    });
  });
}
