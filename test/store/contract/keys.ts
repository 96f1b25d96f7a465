import { describe, expect, test } from 'vitest';
import { logText } from '../store-owner.ts';
import { list, records, wakeUps } from './store-listings.ts';
import type { StoreSetup } from './store-setup.ts';

export function describeKeys(name: string, setup: StoreSetup): void {
  describe(`${name}: keys`, () => {
    /** In order of their UTF-8 bytes, which is not that of JavaScript: the last two. */
    const KEYS = ['\u0000', '\u0001', ' ', 'A', 'a', 'a\u0000', 'a\u0000b', 'aa', 'é', 'ÿ', '漢', '\uffff', '😀'];

    test('any text is a key, and keys are in order of their UTF-8 bytes', async () => {
      const { store, owner } = await setup();
      const shuffled = KEYS.toSorted(
        (left, right) => ((left.length * 7 + left.charCodeAt(0)) % 5) - ((right.length * 3) % 5),
      );

      await owner.commit(shuffled.map((key) => ({ key, appended: key, wake: 1 })), shuffled.map((key) => [key, key])); // biome-ignore format: a row

      expect(await list(store)).toEqual(KEYS.toReversed());
      expect(await wakeUps(store)).toEqual(KEYS.map((key) => `1 ${key}`));
      expect(await records(store, '')).toEqual(KEYS.map((key) => `${key}=${key}`));
      for (const key of KEYS) expect(await logText(store, key)).toEqual([key]);
    });

    test('keys have up to 400 bytes', async () => {
      const { store, owner } = await setup();
      const key = '漢'.repeat(133);

      await owner.commit([{ key, machineKey: key, wake: 3 }], [[key, 'value']]);
      await owner.commit([{ key, status: 'ABORTED', wake: 4 }]);

      expect(await list(store, { machineKey: key })).toEqual([key]);
      expect(await wakeUps(store)).toEqual([`4 ${key}`]);
      expect(await records(store, key)).toEqual([`${key}=value`]);
    });
  });
}
