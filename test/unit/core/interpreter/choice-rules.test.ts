import { describe, expect, test } from 'vitest';
import { compileChoiceRule } from '../../../../core/interpreter/choice-rules.ts';
import type { Json, JsonObject } from '../../../../core/json.ts';
import { PathSyntaxError } from '../../../../core/query/path-syntax-error.ts';

function holds(rule: JsonObject, input: Json): boolean {
  return compileChoiceRule(rule)({
    input,
    result: undefined,
    errorOutput: undefined,
    context: () => ({ State: { Name: 'Decide' } }),
    variable: (name) => (name === 'limit' ? 10 : undefined),
    host: { random: () => 0, uuid: () => '', hash: () => '' },
    nowMs: 0,
  });
}

const EARLY = '2024-01-01T00:00:00Z';
const LATE = '2024-01-01T00:00:01Z';

describe('comparisons', () => {
  test.each<[string, Json, readonly Json[], readonly Json[]]>([
    ['BooleanEquals', true, [true], [false, 'true', 1, null]],
    ['NumericEquals', 1, [1], [2, '1', true, null, [1]]],
    ['NumericLessThan', 1, [0.5, -1], [1, 2, '0']],
    ['NumericLessThanEquals', 1, [1, 0], [1.1]],
    ['NumericGreaterThan', 1, [1.5], [1, 0, '2']],
    ['NumericGreaterThanEquals', 1, [1, 2], [0]],
    ['StringEquals', 'b', ['b'], ['B', 'b ', 1, null]],
    ['StringLessThan', 'b', ['a', 'B', ''], ['b', 'ba', 0]],
    ['StringLessThanEquals', 'b', ['b', 'a'], ['ba']],
    ['StringGreaterThan', 'b', ['ba', 'c'], ['b', 'a', 9]],
    ['StringGreaterThanEquals', 'b', ['b', 'c'], ['a']],
    ['TimestampEquals', EARLY, [EARLY, '2024-01-01T01:00:00+01:00', '2024-01-01T00:00:00.000Z'], [LATE, 'x', 0]],
    ['TimestampLessThan', LATE, [EARLY, '2024-01-01T01:00:00+01:00'], [LATE, '']],
    ['TimestampLessThanEquals', LATE, [EARLY, LATE], ['2024-01-01T00:00:02Z']],
    ['TimestampGreaterThan', EARLY, [LATE, '2024-01-01T00:00:00-01:00'], [EARLY, 'z']],
    ['TimestampGreaterThanEquals', EARLY, [EARLY, LATE], ['2023-12-31T23:59:59Z']],
  ])('%s %j, literal or by path', (operator, operand, matching, others) => {
    for (const [values, expected] of [
      [matching, true],
      [others, false],
    ] as const) {
      for (const value of values) {
        const input = { value, operand };
        expect(holds({ Variable: '$.value', [operator]: operand }, input), JSON.stringify(value)).toBe(expected);
        expect(holds({ Variable: '$.value', [`${operator}Path`]: '$.operand' }, input), JSON.stringify(value)).toBe(
          expected,
        );
      }
    }
  });

  test('read variables and the context object', () => {
    expect(holds({ Variable: '$limit', NumericGreaterThanPath: '$.x' }, { x: 9 })).toBe(true);
    expect(holds({ Variable: '$$.State.Name', StringEquals: 'Decide' }, {})).toBe(true);
  });
});

describe('type tests', () => {
  test.each<[string, readonly Json[], readonly Json[]]>([
    ['IsNull', [null], [0, '', false]],
    ['IsNumeric', [0, -1.5], ['0', null]],
    ['IsString', ['', 'x'], [0, null, ['x']]],
    ['IsBoolean', [true, false], [0, 'true', null]],
    ['IsTimestamp', [EARLY, '2024-01-01T00:00:00.5+02:00'], ['2024-01-01', '2024-01-01 00:00:00Z', 0]],
    ['IsPresent', [null, 0, ''], []],
  ])('%s true asks for it, false for anything else', (operator, matching, others) => {
    for (const value of matching) {
      expect(holds({ Variable: '$.x', [operator]: true }, { x: value })).toBe(true);
      expect(holds({ Variable: '$.x', [operator]: false }, { x: value })).toBe(false);
    }
    for (const value of others) {
      expect(holds({ Variable: '$.x', [operator]: true }, { x: value })).toBe(false);
      expect(holds({ Variable: '$.x', [operator]: false }, { x: value })).toBe(true);
    }
  });

  test('IsPresent alone may ask for what is not there', () => {
    expect(holds({ Variable: '$.a.b[2]', IsPresent: false }, {})).toBe(true);
    expect(holds({ Variable: '$nothing', IsPresent: true }, {})).toBe(false);
  });
});

describe('a path that finds nothing', () => {
  test.each<[JsonObject, string]>([
    [{ Variable: '$.no', NumericEquals: 1 }, '$.no'],
    [{ Variable: '$.no', IsNull: true }, '$.no'],
    [{ Variable: '$.no', StringMatches: '*' }, '$.no'],
    [{ Variable: '$.x', NumericEqualsPath: '$.gone' }, '$.gone'],
  ])('fails %j with States.Runtime', (rule, path) => {
    expect(() => holds(rule, { x: 1 })).toThrow(
      expect.objectContaining({
        error: 'States.Runtime',
        reason: `Invalid path '${path}': The choice state's condition path references an invalid value.`,
      }),
    );
  });

  test('is not looked for when the rules before it have decided', () => {
    const present = { Variable: '$.no', IsPresent: true };
    const positive = { Variable: '$.no', NumericGreaterThan: 0 };

    expect(holds({ And: [present, positive] }, {})).toBe(false);
    expect(holds({ Or: [{ Not: present }, positive] }, {})).toBe(true);
  });
});

describe('And, Or and Not', () => {
  const is = (value: number): JsonObject => ({ Variable: '$', NumericEquals: value });
  const above = (value: number): JsonObject => ({ Variable: '$', NumericGreaterThan: value });

  test.each<[JsonObject, number, boolean]>([
    [{ And: [above(1), above(2)] }, 3, true],
    [{ And: [above(1), above(2)] }, 2, false],
    [{ Or: [is(1), is(2)] }, 2, true],
    [{ Or: [is(1), is(2)] }, 3, false],
    [{ Not: is(1) }, 1, false],
    [{ Not: { Or: [is(1), { And: [above(5), { Not: is(7) }] }] } }, 7, true],
  ])('%j of %j is %j', (rule, input, expected) => {
    expect(holds({ ...rule, Next: 'There' }, input)).toBe(expected);
  });
});

test('a rule without operator or Variable is refused', () => {
  expect(() => compileChoiceRule({ Variable: '$.x', Next: 'There' })).toThrow(PathSyntaxError);
  expect(() => compileChoiceRule({ NumericEquals: 1 })).toThrow(PathSyntaxError);
  expect(() => compileChoiceRule({ Variable: '$.x', toString: 1 })).toThrow(PathSyntaxError);
});
