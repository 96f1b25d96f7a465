import { expect, test } from 'vitest';
import { errorsOfState } from './findings.ts';

const task = (fields: object): object => ({
  Type: 'Task',
  Resource: 'arn:aws:lambda:us-east-1:123456789012:function:f',
  ...fields,
  End: true,
});
const retrying = (...Retry: object[]): string[] => errorsOfState(task({ Retry }));

test('every field of a retrier is taken within its range', () => {
  const least = { IntervalSeconds: 0, MaxAttempts: 0, BackoffRate: 1, MaxDelaySeconds: 1, JitterStrategy: 'NONE' };
  const most = {
    IntervalSeconds: 99_999_999,
    MaxAttempts: 99_999_999,
    BackoffRate: 9.5,
    MaxDelaySeconds: 31_622_400,
    JitterStrategy: 'FULL',
  };

  expect(retrying({ ErrorEquals: ['A'], ...least }, { ErrorEquals: ['B'], ...most })).toEqual([]);
});

test.each([
  [{ IntervalSeconds: -1 }, 'Minimum value is 0', 'IntervalSeconds'],
  [{ IntervalSeconds: 1.5 }, 'Expected value of type Integer', 'IntervalSeconds'],
  [{ MaxAttempts: -1 }, 'Minimum value is 0', 'MaxAttempts'],
  [{ MaxAttempts: 100_000_000 }, 'Maximum value is 99999999', 'MaxAttempts'],
  [{ BackoffRate: 0.5 }, 'Minimum value is 1.0', 'BackoffRate'],
  [{ MaxDelaySeconds: 31_622_401 }, 'Maximum value is 31622400', 'MaxDelaySeconds'],
  [{ JitterStrategy: 'HALF' }, 'Value should be one of the following: [NONE, FULL]', 'JitterStrategy'],
])('a retrier with %j is refused', (fields, message, field) => {
  expect(retrying({ ErrorEquals: ['A'], ...fields })).toEqual([`${message} at /States/S/Retry[0]/${field}`]);
});

test('a retrier names at least one error', () => {
  expect(retrying({ ErrorEquals: [] })).toEqual(['Value cannot be empty at /States/S/Retry[0]/ErrorEquals']);
  expect(retrying({})).toEqual(['These fields are required: [ErrorEquals] at /States/S/Retry[0]']);
});

test('States.ALL stands alone', () => {
  expect(retrying({ ErrorEquals: ['A', 'States.ALL'] })).toEqual([
    'States.ALL must appear alone and at end of list at /States/S/Retry[0]/ErrorEquals[1]',
  ]);
});

test('States.ALL stands in the last entry', () => {
  const Catch = [
    { ErrorEquals: ['States.ALL'], Next: 'N' },
    { ErrorEquals: ['A'], Next: 'N' },
  ];

  expect(errorsOfState(task({ Catch }))).toEqual([
    'States.ALL must appear alone and at end of list at /States/S/Catch[0]/ErrorEquals[0]',
  ]);
});

test.each(['States.TaskFailed', 'States.Runtime', 'States.DataLimitExceeded', 'States.MyOwn', 'Lambda.Unknown'])(
  '%s can be named anywhere',
  (name) => {
    expect(retrying({ ErrorEquals: ['A', name] }, { ErrorEquals: ['States.ALL'] })).toEqual([]);
  },
);

test('Retry and Catch may be empty', () => {
  expect(errorsOfState(task({ Retry: [], Catch: [] }))).toEqual([]);
});

test('a catcher says where it leads', () => {
  expect(errorsOfState(task({ Catch: [{ ErrorEquals: ['A'] }] }))).toEqual([
    'These fields are required: [Next] at /States/S/Catch[0]',
  ]);
});

test('a catcher has ResultPath in JSONPath, and Output in JSONata', () => {
  const entry = { ErrorEquals: ['A'], Next: 'N', Assign: { a: 1 } };
  const Output = { e: '{% $states.errorOutput.Error %}' };

  expect(errorsOfState(task({ Catch: [{ ...entry, ResultPath: null }] }))).toEqual([]);
  expect(errorsOfState(task({ QueryLanguage: 'JSONata', Catch: [{ ...entry, Output }] }))).toEqual([]);
  expect(errorsOfState(task({ Catch: [{ ...entry, Output: {} }] }))).toEqual([
    "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage at /States/S/Catch[0]",
  ]);
});
