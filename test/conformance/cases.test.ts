import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCases } from './conformance-case.ts';
import { runCase } from './run-case.ts';

const CASES = readCases(join(import.meta.dirname, 'cases'));

test.each(CASES.map(([path, kase]) => [path, kase.about, kase] as const))('%s: %s', async (_path, _about, kase) => {
  expect(await runCase(kase)).toEqual(kase.expected);
});

test('no two cases claim the same', () => {
  const claims = CASES.map(([, { about }]) => about);

  expect(claims).toEqual([...new Set(claims)]);
});
