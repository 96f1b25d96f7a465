import { expect, test } from 'vitest';
import { nameHash, partitionOfName } from '../../../../runtime/partition/name-hash.ts';
import { partitionOf } from '../../../../runtime/partition/placement.ts';

const KEYS = Array.from({ length: 50 }, (_, i) => `us-east-1:123456789012:execution:m:order-${i}`);
const PLACED = 'us-east-1:123456789012:execution:m:01935a7b-c1d2-71d3-9a0c-0305e82c3301';

test('a hash of 16 bytes says on which of any number of partitions its execution lay', () => {
  for (const key of [...KEYS, PLACED]) {
    const hash = nameHash(key);
    expect(hash).toHaveLength(16);
    for (const count of [1, 8, 1_024]) expect(partitionOfName(hash, count)).toBe(partitionOf(key, count));
  }
});

test('different executions have different hashes', () => {
  expect(new Set(KEYS.map((key) => Buffer.from(nameHash(key)).toString('hex'))).size).toBe(KEYS.length);
});
