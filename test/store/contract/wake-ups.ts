import { describe, expect, test } from 'vitest';
import { wakeUps } from './store-listings.ts';
import type { StoreSetup } from './store-setup.ts';

export function describeWakeUps(name: string, setup: StoreSetup): void {
  describe(`${name}: wake-ups`, () => {
    test('earliest comes first, of equal ones the lesser key; active ones are at 0', async () => {
      const { store, owner } = await setup();

      await owner.commit([
        { key: 'z', wake: 5 },
        { key: 'late', wake: Date.UTC(9999, 11, 31) },
        { key: 'b', wake: 300 },
        { key: 'active', wake: 0 },
        { key: 'a', wake: 300 },
        { key: 'asleep' },
      ]);

      expect(await wakeUps(store)).toEqual(['0 active', '5 z', '300 a', '300 b', '253402214400000 late']);
    });

    test('only those at or before the time asked for are given', async () => {
      const { store, owner } = await setup();
      await owner.commit([
        { key: 'a', wake: 9 },
        { key: 'b', wake: 10 },
        { key: 'c', wake: 11 },
      ]);

      expect(await wakeUps(store, { untilMs: 10 })).toEqual(['9 a', '10 b']);
      expect(await wakeUps(store, { untilMs: 0 })).toEqual([]);
    });

    test('a wake-up moves, goes and comes back', async () => {
      const { store, owner } = await setup();
      await owner.commit([{ key: 'a', wake: 0 }]);
      const seen: (readonly string[])[] = [];

      for (const wake of [70, 'none', 0, 0, 'none', 12] as const) {
        await owner.commit([{ key: 'a', wake }]);
        seen.push(await wakeUps(store));
      }

      expect(seen).toEqual([['70 a'], [], ['0 a'], ['0 a'], [], ['12 a']]);
    });

    test('pages follow each other without a gap or a repetition', async () => {
      const { store, owner } = await setup();
      await owner.commit(Array.from({ length: 25 }, (_, i) => ({ key: `e${i}`, wake: i >> 2 })));
      const whole = await wakeUps(store);

      const pages: string[] = [];
      let after: { atMs: number; executionKey: string } | undefined;
      for (;;) {
        const page = await store.readWakeUps({ partition: 0, untilMs: 100, limit: 4, after });
        pages.push(...page.map(({ atMs, executionKey }) => `${atMs} ${executionKey}`));
        after = page.at(-1);
        if (page.length < 4) break;
      }

      expect(pages).toEqual(whole);
      expect(pages).toHaveLength(25);
    });

    test('those of another partition are not given', async () => {
      const { store, owner } = await setup();
      await owner.commit([{ key: 'a', wake: 0 }]);

      expect(await store.readWakeUps({ partition: 1, untilMs: 9, limit: 9, after: undefined })).toEqual([]);
    });
  });
}
