import { describe, expect, test } from 'vitest';
import { text } from '../store-owner.ts';
import { records } from './store-listings.ts';
import type { StoreSetup } from './store-setup.ts';

export function describeRecords(name: string, setup: StoreSetup): void {
  describe(`${name}: records`, () => {
    test('a record is what was written last', async () => {
      const { store, owner } = await setup();

      await owner.commit([], [['a', 'one']]);
      await owner.commit([], [['a', 'two']]);

      expect(text(await store.readRecord(0, 'a'))).toBe('two');
      expect(await store.readRecord(0, 'b')).toBeUndefined();
    });

    test('a record of no bytes is a record', async () => {
      const { store, owner } = await setup();

      await owner.commit([], [['a', '']]);

      expect(text(await store.readRecord(0, 'a'))).toBe('');
    });

    test('a record that is removed is gone', async () => {
      const { store, owner } = await setup();
      await owner.commit([], [['a', 'one'], ['b', 'two']]); // biome-ignore format: a row

      await owner.commit([], [['a'], ['never there']]);

      expect(await store.readRecord(0, 'a')).toBeUndefined();
      expect(await records(store, '')).toEqual(['b=two']);
    });

    test('a prefix gives what begins with it, in order of key', async () => {
      const { store, owner } = await setup();
      await owner.commit(
        [],
        ['p/b', 'q', 'p', 'p/', 'p/a/1', 'p0', 'o', 'p/a'].map((key) => [key, '1'] as const),
      );

      expect(await records(store, 'p/')).toEqual(['p/=1', 'p/a=1', 'p/a/1=1', 'p/b=1']);
      expect(await records(store, 'nothing')).toEqual([]);
    });

    test('pages follow each other, also from outside of the prefix', async () => {
      const { store, owner } = await setup();
      await owner.commit(
        [],
        ['a', 'p1', 'p2', 'p3', 'z'].map((key) => [key, '1'] as const),
      );

      expect(await records(store, 'p', { limit: 2 })).toEqual(['p1=1', 'p2=1']);
      expect(await records(store, 'p', { after: 'p2' })).toEqual(['p3=1']);
      expect(await records(store, 'p', { after: 'p2x' })).toEqual(['p3=1']);
      expect(await records(store, 'p', { after: 'a' })).toEqual(['p1=1', 'p2=1', 'p3=1']);
      expect(await records(store, 'p', { after: 'z' })).toEqual([]);
    });
  });
}
