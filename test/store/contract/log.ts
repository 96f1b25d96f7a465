import { describe, expect, test } from 'vitest';
import { logText, text } from '../store-owner.ts';
import type { StoreSetup } from './store-setup.ts';

export function describeLog(name: string, setup: StoreSetup): void {
  describe(`${name}: log`, () => {
    test('an execution that never started has no log', async () => {
      const { store } = await setup();

      expect(await store.readLog('nobody')).toBeUndefined();
      expect(await store.readLogEnds('nobody')).toBeUndefined();
    });

    test('what is appended to a chunk follows what it held', async () => {
      const { store, owner } = await setup();

      for (const appended of ['one ', 'two ', 'three']) await owner.commit([{ key: 'a', appended }]);

      expect(await logText(store, 'a')).toEqual(['one two three']);
    });

    test('a higher chunk number starts a new chunk', async () => {
      const { store, owner } = await setup();

      await owner.commit([{ key: 'a', appended: 'one' }]);
      await owner.commit([{ key: 'a', appended: 'two', chunk: 1 }]);
      await owner.commit([{ key: 'a', appended: '+' }]);
      await owner.commit([{ key: 'a', appended: 'three', chunk: 2 }]);

      expect(await logText(store, 'a')).toEqual(['one', 'two+', 'three']);
    });

    test('more chunks than a byte can count stay in order', async () => {
      const { store, owner } = await setup();

      const chunks = Array.from({ length: 300 }, (_, chunk) => chunk);
      for (const chunk of chunks) await owner.commit([{ key: 'a', appended: `${chunk}`, chunk }]);

      expect(await logText(store, 'a')).toEqual(chunks.map(String));
    });

    test('the ends of a log are its first and last chunk, whole', async () => {
      const { store, owner } = await setup();
      for (const [chunk, appended] of ['a', 'b', 'c'].entries()) {
        await owner.commit([{ key: 'a', appended, chunk }]);
        await owner.commit([{ key: 'a', appended: appended.toUpperCase() }]);
      }

      const ends = await store.readLogEnds('a');

      expect([text(ends?.first), text(ends?.last)]).toEqual(['aA', 'cC']);
    });

    test('the ends of a log of one chunk are the same', async () => {
      const { store, owner } = await setup();
      await owner.commit([{ key: 'a', appended: 'one' }]);

      const ends = await store.readLogEnds('a');

      expect([text(ends?.first), text(ends?.last)]).toEqual(['one', 'one']);
    });

    test('logs whose keys begin alike are not mixed', async () => {
      const { store, owner } = await setup();
      const keys = ['a', 'aa', 'a\u0000', 'ab', 'b'];

      await owner.commit(keys.map((key) => ({ key, appended: `<${key}>` })));
      await owner.commit(keys.map((key) => ({ key, appended: '2', chunk: 1 })));

      for (const key of keys) expect(await logText(store, key)).toEqual([`<${key}>`, '2']);
    });

    test('bytes read stay as they are when others are read', async () => {
      const { store, owner } = await setup();
      const large = 'x'.repeat(200_000);
      await owner.commit([
        { key: 'a', appended: large },
        { key: 'b', appended: 'b' },
      ]);

      const [first] = (await store.readLog('a')) ?? [];
      await store.readLog('b');
      await owner.commit([{ key: 'b', appended: 'more' }]);

      expect(text(first)).toBe(large);
    });
  });
}
