import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareKeys } from '../../../../../runtime/stores/memory/key-order.ts';
import { listingKeyText, listingText, ofListingText } from '../../../../../runtime/stores/redis/listing-text.ts';

const MACHINE = 'us-east-1:1:m';
const key = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.string({ maxLength: 6 }).map((name) => `us-east-1:1:execution:m:${name}`),
  fc.constantFrom('a', 'a\u0000', 'a\u0000b', 'a\u0001', 'us-east-1:1:execution:m', 'us-east-1:1:execution:m;', ''),
);

test('an entry is read as it was written', () => {
  fc.assert(
    fc.property(key, fc.option(fc.nat(2 ** 47), { nil: undefined }), (executionKey, stopMs) => {
      expect(ofListingText(MACHINE, listingText(MACHINE, executionKey, stopMs))).toEqual({ executionKey, stopMs });
    }),
  );
});

test('entries are in the order of their keys, whatever their stop times', () => {
  fc.assert(
    fc.property(key, key, fc.nat(), (left, right, stopMs) => {
      const order = Math.sign(compareKeys(left, right));
      const [a, b] = [listingText(MACHINE, left, stopMs), listingText(MACHINE, right, undefined)];
      if (order !== 0) expect(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)))).toBe(order);
    }),
  );
});

test('the text up to the stop time stands before the entry itself', () => {
  fc.assert(
    fc.property(key, fc.nat(), (executionKey, stopMs) => {
      expect(listingText(MACHINE, executionKey, stopMs).startsWith(listingKeyText(MACHINE, executionKey))).toBe(true);
    }),
  );
});

test('an execution of the state machine is written without what all of them share', () => {
  expect(listingText(MACHINE, 'us-east-1:1:execution:m:name', undefined)).toBe('2name\u0000\u0000');
});
