import { expect, test } from 'vitest';
import { timeOrderedName } from '../../../../runtime/actor/execution-name.ts';

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
