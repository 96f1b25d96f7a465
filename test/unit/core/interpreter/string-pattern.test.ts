import { expect, test } from 'vitest';
import { compileStringPattern } from '../../../../core/interpreter/string-pattern.ts';

test.each([
  ['log-*.txt', 'log-1.txt', true],
  ['log-*.txt', 'log-.txt', true],
  ['log-*.txt', 'log-1.txt.bak', false],
  ['*', '', true],
  ['*', 'any\nthing', true],
  ['', '', true],
  ['', 'a', false],
  ['a*', 'a', true],
  ['*a', 'ba', true],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['*a*b*', 'xxaxxbxx', true],
  ['*a*b*', 'xxbxxaxx', false],
  ['*ab*ab', 'abab', true],
  ['*ab*ab', 'ab', false],
  ['a.c', 'abc', false],
  ['a\\*c', 'a*c', true],
  ['a\\*c', 'abc', false],
  ['a\\\\*', 'a\\b', true],
  ['a\\b', 'a\\b', true],
])('%j against %j: %j', (pattern, text, expected) => {
  expect(compileStringPattern(pattern)(text)).toBe(expected);
});

test('many stars against a long text take no time to speak of', () => {
  const matches = compileStringPattern('*a'.repeat(1_000));

  expect(matches(`${'a'.repeat(100_000)}b`)).toBe(false);
});
