import { describe, expect, test } from 'vitest';
import { compileJsonata } from '../../../../../../core/query/jsonata.ts';
import { scopeOf } from '../evaluate.ts';

function evaluate(expression: string): unknown {
  return compileJsonata(expression)(scopeOf());
}

describe('$partition gives an array of arrays', () => {
  test.each([
    ['$partition([0], 1)', [[0]]],
    ['$partition([0, 1, 2], 2)', [[0, 1], [2]]],
    ['$partition([0, 1, 2, 3], 5)', [[0, 1, 2, 3]]],
    ['$partition([], 2)', []],
  ])('%s', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });

  test.each(['$partition([1], 0)', '$partition([1], -1)', '$partition([1], 1.5)', '$partition([1], "a")'])(
    '%s is refused',
    (expression) => {
      expect(() => evaluate(expression)).toThrow('States.QueryEvaluationError');
    },
  );
});

describe('$range gives a sequence, so that one number stands for itself', () => {
  test.each([
    ['$range(0, 9, 3)', [0, 3, 6, 9]],
    ['$range(0, 10, 3)', [0, 3, 6, 9]],
    ['$range(1, 9, 9)', 1],
    ['$range(5, 1, -2)', [5, 3, 1]],
    ['$range(1, 5, -1)', undefined],
    ['[$range(1, 9, 9)]', [1]],
  ])('%s', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });

  test('a step of zero is refused', () => {
    expect(() => evaluate('$range(1, 2, 0)')).toThrow('States.QueryEvaluationError');
  });
});

test('$hash takes the content first, and only the algorithms AWS has', () => {
  expect(evaluate('$hash("x", "SHA-256")')).toBe('SHA-256(x)');
  expect(() => evaluate('$hash("x", "CRC")')).toThrow('CRC');
});

test('$random of a seed gives the same number each time, of another seed another', () => {
  const numbers = [evaluate('$random(7)'), evaluate('$random(7)'), evaluate('$random(8)')];

  expect(numbers[0]).toBe(numbers[1]);
  expect(numbers[0]).not.toBe(numbers[2]);
});

test('$uuid is the host’s', () => {
  expect(evaluate('$uuid()')).toBe('uuid-0');
});

describe('$parse reads any JSON', () => {
  test.each([
    ['$parse("1.1")', 1.1],
    ['$parse("true")', true],
    ['$parse("[1, 2, \\"HelloWorld\\"]")', [1, 2, 'HelloWorld']],
    ['$parse("{\\"a\\": {\\"b\\": null}}").a.b', null],
  ])('%s', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });

  test('a text that is no JSON is refused', () => {
    expect(() => evaluate('$parse("{")')).toThrow('States.QueryEvaluationError');
  });
});

test('$eval is no function', () => {
  expect(() => evaluate('$eval("1")')).toThrow('T1006: Attempted to invoke a non-function');
});

test('base64 is of a text’s UTF-8 bytes', () => {
  expect(evaluate('$base64encode("é😀")')).toBe('w6nwn5iA');
  expect(evaluate('$base64decode("w6nwn5iA")')).toBe('é😀');
});
