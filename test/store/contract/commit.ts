import { describe, expect, test } from 'vitest';
import { logText, StoreOwner, takeLease, text } from '../store-owner.ts';
import { list, wakeUps } from './store-listings.ts';
import type { StoreSetup } from './store-setup.ts';

export function describeCommit(name: string, setup: StoreSetup): void {
  describe(`${name}: commit`, () => {
    test('a commit of nothing counts', async () => {
      const { store, owner } = await setup();

      await owner.commit([]);
      await owner.commit([]);

      expect((await takeLease(store, 'next')).commitNumber).toBe(2);
    });

    test('the same commit again resolves without effect', async () => {
      const { store, owner } = await setup();
      const commit = await owner.commit([{ key: 'a', appended: 'one' }], [['record', 'one']]);
      const again = owner.prepare([{ key: 'a', appended: 'two' }], [['record', 'two']]);

      await store.commitTurns({ ...again, number: commit.number });

      expect(await logText(store, 'a')).toEqual(['one']);
      expect(text(await store.readRecord(0, 'record'))).toBe('one');
      await owner.commit([{ key: 'a', appended: 'three' }]);
      expect(await logText(store, 'a')).toEqual(['onethree']);
    });

    test('all of a commit is there when it resolves', async () => {
      const { store, owner } = await setup();

      await owner.commit(
        [
          { key: 'a', appended: 'A', wake: 0 },
          { key: 'b', appended: 'B', wake: 5 },
        ],
        [['record', 'value']],
      );

      expect(await logText(store, 'a')).toEqual(['A']);
      expect(await logText(store, 'b')).toEqual(['B']);
      expect(await list(store)).toEqual(['b', 'a']);
      expect(await wakeUps(store)).toEqual(['0 a', '5 b']);
      expect(text(await store.readRecord(0, 'record'))).toBe('value');
    });

    test('a commit that cannot be written leaves no part of itself', async () => {
      const { store, owner } = await setup();
      const commit = owner.prepare([{ key: 'a', wake: 1 }], [['record', 'value']]);
      const [execution] = commit.executions;
      const broken = { ...execution, get log(): never { throw new RangeError('unreadable'); } }; // biome-ignore format: one thing

      const attempt = store.commitTurns({ ...commit, executions: [execution, broken] as typeof commit.executions });

      await expect(attempt).rejects.toThrow('unreadable');
      expect(await store.readLog('a')).toBeUndefined();
      expect(await wakeUps(store)).toEqual([]);
      await owner.commit([{ key: 'a' }], [['record', 'value']]);
      expect(await logText(store, 'a')).toEqual(['.']);
    });

    test('what has been committed is there after closing and opening', async () => {
      const { owner, reopen } = await setup();
      await owner.commit([{ key: 'a', appended: 'one', wake: 7 }], [['record', 'value']]);
      await owner.commit([{ key: 'a', appended: 'two', chunk: 1 }]);

      const store = await reopen();

      expect(await logText(store, 'a')).toEqual(['one', 'two']);
      expect(await list(store)).toEqual(['a']);
      expect(await wakeUps(store)).toEqual(['7 a']);
      expect(text(await store.readRecord(0, 'record'))).toBe('value');
    });

    test('an execution of an earlier opening goes on', async () => {
      const { owner, reopen } = await setup();
      await owner.commit([{ key: 'a', appended: 'one' }]);
      const later = owner.prepare([{ key: 'a', appended: 'two', status: 'SUCCEEDED', stopMs: 9 }]);

      const store = await reopen();
      const { epoch, holder } = await takeLease(store, 'next');
      await store.commitTurns({ ...later, epoch, holder });
      await store.commitTurns({ ...(await StoreOwner.take(store)).prepare([{ key: 'b', appended: 'other' }]) });

      expect(await logText(store, 'a')).toEqual(['onetwo']);
      expect(await logText(store, 'b')).toEqual(['other']);
    });

    test('close waits for the commit under way', async () => {
      const { store, owner, reopen } = await setup();
      const commit = store.commitTurns(owner.prepare([{ key: 'a', appended: 'one' }]));

      const opened = await reopen();

      await commit;
      expect(await logText(opened, 'a')).toEqual(['one']);
    });

    test('closing twice is closing once', async () => {
      const { store } = await setup();

      await store.close();

      await expect(store.close()).resolves.toBeUndefined();
    });

    test('bytes given to a commit are the caller’s again when it resolves', async () => {
      const { store, owner } = await setup();
      const commit = owner.prepare([{ key: 'a', appended: 'one' }], [['record', 'value']]);
      await store.commitTurns(commit);

      commit.executions[0]?.log.appended.fill(0);
      commit.records[0]?.value?.fill(0);

      expect(await logText(store, 'a')).toEqual(['one']);
      expect(text(await store.readRecord(0, 'record'))).toBe('value');
    });
  });
}
