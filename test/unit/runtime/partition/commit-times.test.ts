import { expect, test } from 'vitest';
import { CommitTimes } from '../../../../runtime/partition/commit-times.ts';

test('before the first commit there are no times', () => {
  expect(new CommitTimes().figures()).toEqual({ commits: 0, medianMs: undefined, p99Ms: undefined });
});

test('the times are those of the last commits, and all are counted', () => {
  const times = new CommitTimes();

  for (let i = 0; i < 1_000; i++) times.add(100_000);
  for (let i = 1; i <= 256; i++) times.add(i);

  expect(times.figures()).toEqual({ commits: 1_256, medianMs: 129, p99Ms: 254 });
});
