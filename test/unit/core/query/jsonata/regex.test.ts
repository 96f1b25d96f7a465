import { describe, expect, test } from 'vitest';
import { compileJsonata } from '../../../../../core/query/jsonata.ts';
import { scopeOf } from './evaluate.ts';

function evaluate(expression: string): unknown {
  return compileJsonata(expression)(scopeOf());
}

describe('a pattern that makes a backtracking engine run for ever is answered', () => {
  test.each(['(a+)+$', '^(a+)+$', '^(a|a)*$', '(a|aa)+$', '(.*a){20}$', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
    '/%s/',
    (pattern) => {
      expect(evaluate(`$contains($pad("a", 20000, "a") & "!", /${pattern}/)`)).toBe(false);
    },
  );
});

describe('matches that each read the whole text are counted', () => {
  test.each(['a.*b|a', 'a(.*b)?', '(?:a.*b|a)'])('/%s/', (pattern) => {
    expect(() => evaluate(`$count($match($pad("a", 200000, "a"), /${pattern}/))`)).toThrow('B0001');
  });
});

describe('many matches of an ordinary pattern are not', () => {
  test.each([
    [',', 125_000],
    [',\\s*', 125_000],
    ['\\s*(,|;)\\s*', 125_000],
    ['[^a]+', 125_000],
    ['(?<comma>,)', 125_000],
  ])('/%s/', (pattern, count) => {
    expect(evaluate(`$count($match($pad("", 250000, "a,"), /${pattern}/))`)).toBe(count);
  });
});

test('look-around and back-references are refused, as they cannot be answered in linear time', () => {
  expect(() => evaluate('$contains("ab", /a(?=b)/)')).toThrow('B0005');
  expect(() => evaluate('$contains("aa", /(a)\\1/)')).toThrow('B0005');
});

test('positions count as those of a text’s other functions do', () => {
  expect(evaluate('$match("a😀b", /b/).index')).toBe(3);
});

test('a group that took no part is null in a match', () => {
  expect(evaluate('$match("b", /(a)?b/)')).toEqual({ match: 'b', index: 0, groups: [null] });
});
