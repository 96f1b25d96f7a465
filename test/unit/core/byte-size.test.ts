import { expect, test } from 'vitest';
import { byteSize } from '../../../core/byte-size.ts';

test.each([
  ['1B', 1],
  ['500MB', 500_000_000],
  ['1.5GiB', 1_610_612_736],
])('%s is %d bytes', (text, bytes) => {
  expect(byteSize(text)).toBe(bytes);
});

test.each(['', '10', 'GB', '-1MB', '0B', '0.5B', '1 GB', '1gb', '2G'])("'%s' is no size", (text) => {
  expect(byteSize(text)).toBeUndefined();
});
