import { expect, test } from 'vitest';
import { durationMs } from '../../../core/duration.ts';

test.each([
  ['500ms', 500],
  ['10s', 10_000],
  ['1.5h', 5_400_000],
  ['90d', 7_776_000_000],
])('%s is %d milliseconds', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

test.each(['', '10', 's', '-1s', '0s', '0.1ms', '1 d', '1w', '1d2h'])("'%s' is no time", (text) => {
  expect(durationMs(text)).toBeUndefined();
});
