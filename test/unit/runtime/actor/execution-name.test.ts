import { expect, test } from 'vitest';
import { isOwnName, timeOrderedName, withCheckDigits } from '../../../../runtime/actor/execution-name.ts';
import { partitionOf, placedOn } from '../../../../runtime/partition/placement.ts';

const UUID = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

test('a name is a version 7 UUID whose random part is the one given', () => {
  const name = timeOrderedName(0x0193_5a7b_c1d2, UUID);

  expect(name).toBe('01935a7b-c1d2-71d3-9a0c-0305e82c3301');
});

test('names stand in the order of their times', () => {
  const times = [0, 1, 0xffff, 0x1_0000, 1_795_458_318_008];

  const names = times.map((nowMs) => timeOrderedName(nowMs, UUID));

  expect([...names].sort()).toEqual(names);
});

test('a name of ours is known by its check digits, wherever it lies', () => {
  const name = withCheckDigits(placedOn(timeOrderedName(1_795_458_318_008, UUID), 3, 8));

  expect(isOwnName(name)).toBe(true);
  expect(partitionOf(`us-east-1:123456789012:execution:m:${name}`, 8)).toBe(3);
});

test('another name is not one of ours', () => {
  const name = withCheckDigits(timeOrderedName(1_795_458_318_008, UUID));
  const another = name.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));

  for (const each of [another, name.toUpperCase(), `${name}-2`, 'order-17', UUID]) expect(isOwnName(each)).toBe(false);
});
