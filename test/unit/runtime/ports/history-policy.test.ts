import { expect, test } from 'vitest';
import { taggedPolicy, wrongPolicyTag } from '../../../../runtime/ports/history-policy.ts';

const OTHER = { key: 'team', value: 'orders' };

test('tags say how long and how much is kept', () => {
  const tags = [OTHER, { key: 'redstep:retention', value: '12h' }, { key: 'redstep:historyBytesMax', value: '2GB' }];

  expect(taggedPolicy(tags)).toEqual({ retentionMs: 43_200_000, bytesMax: 2e9 });
  expect(wrongPolicyTag(tags)).toBeUndefined();
});

test('other tags say nothing of it', () => {
  expect(taggedPolicy([OTHER])).toEqual({ retentionMs: undefined, bytesMax: undefined });
  expect(wrongPolicyTag([OTHER])).toBeUndefined();
});

test.each([
  ['redstep:retention', 'for ever'],
  ['redstep:retention', ''],
  ['redstep:historyBytesMax', '2'],
])('a tag %s of %j is wrong, and named', (key, value) => {
  expect(wrongPolicyTag([OTHER, { key, value }])).toMatch(new RegExp(`^Invalid tag '${key}': .*not '${value}'$`));
});
