import { describe, expect, test } from 'vitest';
import { Fenced, type Lease, type Store } from '../../../runtime/ports/store.ts';
import { StoreOwner } from '../store-owner.ts';
import type { StoreSetup } from './store-setup.ts';

/** Terms that are over at once, and that are not over while the test runs: nobody waits for a clock. */
const NO_MS = 0;
const LONG_MS = 600_000;
const PARTITION = 1;

function acquire(store: Store, holder: string, termMs: number): Promise<Lease | undefined> {
  return store.acquireLease({ partition: PARTITION, holder, nodeId: `node of ${holder}`, termMs });
}

export function describeTerm(name: string, setup: StoreSetup): void {
  describe(`${name}: term of a lease`, () => {
    test('while it runs, nobody else gets the lease', async () => {
      const { store } = await setup.withoutOwner();
      const first = await acquire(store, 'first', LONG_MS);

      expect(await acquire(store, 'second', LONG_MS)).toBeUndefined();

      expect(first?.epoch).toBe(1);
      expect(await store.readLeases()).toEqual([{ partition: PARTITION, epoch: 1, nodeId: 'node of first' }]);
    });

    test('once it is over, the next one to ask gets the lease', async () => {
      const { store } = await setup.withoutOwner();
      await acquire(store, 'first', NO_MS);

      expect((await acquire(store, 'second', LONG_MS))?.epoch).toBe(2);
    });

    test('a lease that is over is nobody’s to be seen', async () => {
      const { store } = await setup.withoutOwner();
      await acquire(store, 'first', NO_MS);

      expect(await store.readLeases()).toEqual([]);
    });

    test('a lease that is over and that nobody took can be renewed, and its owner goes on', async () => {
      const { store } = await setup.withoutOwner();
      const owner = await StoreOwner.take(store, 'first', PARTITION);
      const { epoch, holder } = owner.prepare([]);
      const lease = { partition: PARTITION, epoch, holder, commitNumber: 0 };

      expect(await store.renewLease(lease, LONG_MS)).toBe(true);

      expect(await acquire(store, 'second', LONG_MS)).toBeUndefined();
      await owner.commit([]);
    });

    test('a lease that another one took is not renewed, and stays the other’s', async () => {
      const { store } = await setup.withoutOwner();
      const first = await acquire(store, 'first', NO_MS);
      await acquire(store, 'second', LONG_MS);

      expect(first && (await store.renewLease(first, LONG_MS))).toBe(false);

      expect(await store.readLeases()).toEqual([{ partition: PARTITION, epoch: 2, nodeId: 'node of second' }]);
    });

    test('a lease that is given back is free at once, and its commits are fenced once it is another’s', async () => {
      const { store } = await setup.withoutOwner();
      const owner = await StoreOwner.take(store, 'first', PARTITION);
      const { epoch, holder } = await owner.commit([]);
      const lease = { partition: PARTITION, epoch, holder, commitNumber: 1 };
      await store.renewLease(lease, LONG_MS);

      await store.releaseLease(lease);

      expect(await acquire(store, 'second', LONG_MS)).toMatchObject({ epoch: 2, commitNumber: 1 });
      await expect(owner.commit([])).rejects.toThrow(Fenced);
    });

    test('giving back a lease that is another’s by now leaves it alone', async () => {
      const { store } = await setup.withoutOwner();
      const first = await acquire(store, 'first', NO_MS);
      await acquire(store, 'second', LONG_MS);

      if (first !== undefined) await store.releaseLease(first);

      expect(await store.readLeases()).toHaveLength(1);
    });

    test('its number and its holder are there after closing and opening', async () => {
      const { store, reopen } = await setup.withoutOwner();
      await acquire(store, 'first', LONG_MS);

      const opened = await reopen();

      expect(await opened.readLeases()).toEqual([{ partition: PARTITION, epoch: 1, nodeId: 'node of first' }]);
    });
  });
}
