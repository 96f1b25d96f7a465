import { expect, test } from 'vitest';
import { errorsOfState } from './findings.ts';

const choice = (...Choices: object[]): object => ({ Type: 'Choice', Choices, Default: 'D' });
const jsonata = (...Choices: object[]): object => ({ Type: 'Choice', QueryLanguage: 'JSONata', Choices, Default: 'D' });

const comparisons = ['Equals', 'LessThan', 'GreaterThan', 'LessThanEquals', 'GreaterThanEquals'];

test.each<[operator: string, operand: string | number | boolean]>([
  ...comparisons.flatMap((name): [string, string | number][] => [
    [`String${name}`, 'text'],
    [`Numeric${name}`, -1.5],
    [`Timestamp${name}`, '2016-03-14T01:59:00Z'],
    [`String${name}Path`, '$.other'],
    [`Numeric${name}Path`, '$$.Execution.Input.other'],
    [`Timestamp${name}Path`, '$other'],
  ]),
  ['BooleanEquals', true],
  ['BooleanEqualsPath', '$.other'],
  ['StringMatches', '*.log'],
  ...['IsNull', 'IsPresent', 'IsNumeric', 'IsString', 'IsBoolean', 'IsTimestamp'].map((name): [string, boolean] => [
    name,
    false,
  ]),
])('%s compares to %j', (operator, operand) => {
  expect(errorsOfState(choice({ Variable: '$.a', [operator]: operand, Next: 'N' }))).toEqual([]);
});

test.each([
  ['StringEquals', 1, 'Expected value of type String'],
  ['NumericEquals', '1', 'Expected value of type Float'],
  ['BooleanEquals', 'true', 'Expected value of type Boolean'],
  ['TimestampEquals', 'now', 'String does not match RFC3339 timestamp'],
  ['IsPresent', 'true', 'Expected value of type Boolean'],
  ['StringEqualsPath', 'other', "Value is not a Reference Path: Reference path didn't start with '$'"],
  ['StringEqualsPath', '$.a[*]', 'Value is not a Reference Path'],
])('%s does not compare to %j', (operator, operand, message) => {
  expect(errorsOfState(choice({ Variable: '$.a', [operator]: operand, Next: 'N' }))).toEqual([
    `${message} at /States/S/Choices[0]/${operator}`,
  ]);
});

test('a rule says where it leads', () => {
  expect(errorsOfState(choice({ Variable: '$', StringMatches: 'Test' }))).toEqual([
    'These fields are required: [Next] at /States/S/Choices[0]',
  ]);
});

test('a rule within another leads nowhere', () => {
  const rule = { Not: { Variable: '$.a', IsNull: true, Next: 'N' }, Next: 'N' };

  expect(errorsOfState(choice(rule))).toEqual(["Field 'Next' is not supported at /States/S/Choices[0]/Not"]);
});

test('rules combine to any depth, and what is wrong inside is found', () => {
  const wrong = { Variable: 'a', IsNull: true };
  const rule = { And: [{ Or: [{ Not: wrong }, { Variable: '$.b', IsNull: true }] }], Next: 'N' };

  expect(errorsOfState(choice(rule))).toEqual([
    "Value is not a Reference Path: Reference path didn't start with '$' at /States/S/Choices[0]/And[0]/Or[0]/Not/Variable",
  ]);
});

const selectors = 'The object must have only one of the following fields, [And, Or, Not, Variable, Condition]';

test.each([
  [{ IsNull: true }, selectors],
  [{ Variable: '$.a', And: [{ Variable: '$.a', IsNull: true }] }, selectors],
  [
    { And: [{ Variable: '$.a', IsNull: true }], IsNull: true },
    'There should only be one of the following fields: [And, IsNull]',
  ],
  [
    { Variable: '$.a', NumericLessThan: 1, IsNumeric: true },
    'There should only be one of the following fields: [NumericLessThan, IsNumeric]',
  ],
])('the rule %j is refused', (rule, message) => {
  expect(errorsOfState(choice({ ...rule, Next: 'N' }))).toEqual([`${message} at /States/S/Choices[0]`]);
});

test('a rule compares its variable', () => {
  expect(errorsOfState(choice({ Variable: '$.a', Next: 'N' }))).toEqual([
    expect.stringMatching(/^This object should have only one of the following fields: \[StringEquals, /),
  ]);
});

test('And combines at least one rule', () => {
  expect(errorsOfState(choice({ And: [], Next: 'N' }))).toEqual(['Value cannot be empty at /States/S/Choices[0]/And']);
});

test('a Choice has at least one rule', () => {
  expect(errorsOfState(choice())).toContain('Value cannot be empty at /States/S/Choices');
});

test('a Choice needs no Default', () => {
  expect(errorsOfState({ Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'N' }] })).toEqual([]);
});

test('a JSONata rule is a Condition with Assign and Output of its own', () => {
  const rule = { Condition: true, Assign: { a: 1 }, Output: '{% $states.input %}', Next: 'N' };

  expect(errorsOfState(jsonata(rule))).toEqual([]);
});

test('a JSONata rule needs a Condition', () => {
  expect(errorsOfState(jsonata({ Next: 'N' }))).toEqual([`${selectors} at /States/S/Choices[0]`]);
});

test('a Condition is a flag or an expression', () => {
  expect(errorsOfState(jsonata({ Condition: 'yes', Next: 'N' }))).toEqual([
    'Expected value of type Boolean at /States/S/Choices[0]/Condition',
  ]);
});
