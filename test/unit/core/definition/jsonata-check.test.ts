import { expect, test } from 'vitest';
import { jsonataProblems, jsonataVariables } from '../../../../core/definition/jsonata-check.ts';

const messagesOf = (expression: string): string[] => jsonataProblems(expression, {}).map(({ message }) => message);

test.each([
  ['a[1,2)', 'Expected "]", got ","'],
  ['"unterminated', 'String literal must be terminated by a matching quote'],
  ['1 +', 'Unexpected end of expression'],
])('%s is no expression: %s', (expression, message) => {
  expect(jsonataProblems(expression, {})).toEqual([{ code: 'INVALID_JSONATA_EXPRESSION', message }]);
});

test.each([
  ['phone', ['phone']],
  ['phone.number', ['phone']],
  ['$states.input.x & lastname', ['lastname']],
  ['{"a": b, c: 1}', ['b', 'c']],
  ['($y := d; $count(e))', ['d', 'e']],
  ['$states.input.a ? b : b', ['b']],
  ['$', ['$']],
  ['$$.a', ['$$']],
])('%s refers to what is not there', (expression, names) => {
  expect(jsonataProblems(expression, {})).toEqual(
    names.map((name) => ({
      code: 'UNSUPPORTED_JSONATA_EXPRESSION',
      message: `Reference to '${name}' at the top level is not supported.`,
    })),
  );
});

test.each([
  '$states.input.items[status = "x"].{"a": name, "b": $}',
  '$sum($states.input.lines.(price * quantity))',
  '$states.input.a.b[$ > 1]',
  '$states.input.people^(age)',
  '$states.input{ type: $sum(value) }',
  '$states.input ~> |order|{"total": price}|',
  '$map($x, function($v) { $v.name })',
  '$states',
])('names are looked up in what a path has given: %s', (expression) => {
  expect(messagesOf(expression)).toEqual([]);
});

test('the result and the error are there only where a state has them', () => {
  expect(messagesOf('$states.result.a')).toEqual(["Reference to '$states.result' is not supported in this field."]);
  expect(jsonataProblems('$states.result.a', { result: true })).toEqual([]);
  expect(messagesOf('$states.errorOutput')).toHaveLength(1);
  expect(jsonataProblems('$states.errorOutput', { errorOutput: true })).toEqual([]);
});

test('$eval is not supported', () => {
  expect(messagesOf('$eval("1")')).toEqual(["Function '$eval' is not supported."]);
});

test('variables are those of the state: not what the expression binds, not functions, not $states', () => {
  expect(jsonataVariables('($y := $a; $map($b, function($v) { $v + $y + $count($states.input) }))')).toEqual([
    'a',
    'b',
  ]);
});

test.each([
  ['an endless sum', Array(2_000).fill('1').join('+')],
  ['endless brackets', `${'('.repeat(5_000)}1${')'.repeat(5_000)}`],
])('%s is refused, not a stack overflow', (_, expression) => {
  expect(jsonataProblems(expression, {})).toMatchObject([{ code: 'INVALID_JSONATA_EXPRESSION' }]);
});
