import { expect, test } from 'vitest';
import { validateDefinition } from '../../../../core/definition/validate.ts';
import { errorsOf, errorsOfState } from './findings.ts';

test('a definition without an error is given back as it was written', () => {
  const definition = { Comment: 'c', StartAt: 'A', States: { A: { Type: 'Pass', End: true } } };

  expect(validateDefinition(JSON.stringify(definition), { type: 'STANDARD' })).toEqual({ diagnostics: [], definition });
});

test('a definition with an error is not given back', () => {
  expect(validateDefinition('{}', { type: 'STANDARD' }).definition).toBeUndefined();
});

test('all that is required and missing is named at once', () => {
  expect(errorsOf({})).toEqual(['These fields are required: [States, StartAt] at /']);
});

test('the errors of all states are reported, not only the first', () => {
  const errors = errorsOf({
    StartAt: 'A',
    Version: '2.0',
    States: {
      A: { Type: 'Wait', Seconds: -1, Next: 'Nowhere' },
      B: { Type: 'Task', End: true },
      C: { Type: 'Sleep' },
    },
  });

  expect(errors).toEqual([
    'Value should be one of the following: [1.0] at /Version',
    'Minimum value is 0 at /States/A/Seconds',
    'These fields are required: [Resource] at /States/B',
    'Value should be one of the following: [Task, Pass, Choice, Wait, Succeed, Fail, Parallel, Map] at /States/C/Type',
    "Missing 'Next' target: Nowhere at /States/A/Next",
  ]);
});

test.each([[1], [null], ['text'], [[]]])('%j is no definition', (value) => {
  expect(errorsOf(JSON.stringify(value))).toEqual(['Expected value of type Object at /']);
});

test('a state has no other members than those of its type', () => {
  expect(errorsOfState({ Type: 'Pass', TimeoutSeconds: 3, Sesult: {}, End: true })).toEqual([
    "Field 'TimeoutSeconds' is not supported at /States/S",
    "Field 'Sesult' is not supported at /States/S",
  ]);
});

test.each(['Pass', 'Wait', 'Choice', 'Succeed', 'Fail'])('a %s state cannot retry or catch', (Type) => {
  const errors = errorsOfState({ Type, Retry: [], Catch: [] });

  expect(errors).toEqual(
    expect.arrayContaining([
      "Field 'Retry' is not supported at /States/S",
      "Field 'Catch' is not supported at /States/S",
    ]),
  );
});

test('a state that is not the last says where it goes', () => {
  expect(errorsOfState({ Type: 'Pass' })).toEqual([
    'This object should have only one of the following fields: [Next, End] at /States/S',
  ]);
});

test('a state does not end and go on', () => {
  expect(errorsOfState({ Type: 'Pass', Next: 'N', End: true })).toContain(
    'There should only be one of the following fields: [Next, End] at /States/S',
  );
});

test('End: false beside a Next is no contradiction', () => {
  expect(errorsOfState({ Type: 'Pass', Next: 'N', End: false })).toEqual([]);
});

test('a name of 80 characters is taken, one of 81 refused', () => {
  const named = (name: string): object => ({ StartAt: name, States: { [name]: { Type: 'Succeed' } } });
  const long = 'n'.repeat(81);

  expect(errorsOf(named('n'.repeat(80)))).toEqual([]);
  expect(errorsOf(named(long))).toEqual([
    `Invalid State name: State '${long}' exceeds the 80-character limit allowed by the service at /States/${long}`,
  ]);
});

test('a name is given once in the whole machine, branches included', () => {
  const branch = { StartAt: 'S', States: { S: { Type: 'Succeed' } } };

  expect(errorsOfState({ Type: 'Parallel', Branches: [branch], End: true })).toEqual([
    'Duplicate State name: S at /States/S/Branches[0]/States/S',
  ]);
});

test('a Parallel has at least one branch', () => {
  expect(errorsOfState({ Type: 'Parallel', Branches: [], End: true })).toEqual([
    'Value cannot be empty at /States/S/Branches',
  ]);
});

test('a machine may have no time at all, a Task may not', () => {
  const wait = { Type: 'Wait', Seconds: 1, End: true };
  const task = { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:123456789012:function:f', End: true };

  expect(errorsOf({ StartAt: 'W', States: { W: wait }, TimeoutSeconds: 0 })).toEqual([]);
  expect(errorsOfState({ ...task, TimeoutSeconds: 0 })).toEqual(['Minimum value is 1 at /States/S/TimeoutSeconds']);
});

test.each([
  [{ Seconds: 1, SecondsPath: '$.s' }, 'There should only be one of the following fields: [SecondsPath, Seconds]'],
  [{}, 'This object should have only one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]'],
])('a Wait with %j is refused: it waits for one thing', (fields, message) => {
  expect(errorsOfState({ Type: 'Wait', ...fields, End: true })).toEqual([`${message} at /States/S`]);
});

test.each(['2016-13-05T21:29:29Z', '05-12-2016T21:29:29Z', '2016-12-05T25:29:29Z', "{% '2016-03-14T01:59:00Z' %}", 7])(
  'a Wait does not take %j for a timestamp',
  (Timestamp) => {
    expect(errorsOfState({ Type: 'Wait', Timestamp, End: true })).toEqual([
      'String does not match RFC3339 timestamp at /States/S/Timestamp',
    ]);
  },
);

test('the seconds of a Wait have an upper limit', () => {
  expect(errorsOfState({ Type: 'Wait', Seconds: 100_000_000, End: true })).toEqual([
    'Maximum value is 99999999 at /States/S/Seconds',
  ]);
});

test('a Fail gives its error as text or by path, not both', () => {
  expect(errorsOfState({ Type: 'Fail', Error: 'E', ErrorPath: '$.e' })).toEqual([
    'There should only be one of the following fields: [Error, ErrorPath] at /States/S',
  ]);
});

test('a Fail may make its cause by an intrinsic function', () => {
  expect(errorsOfState({ Type: 'Fail', ErrorPath: '$$.State.Name', CausePath: "States.Format('{}', $.why)" })).toEqual(
    [],
  );
});

test('a Comment is taken in every place that has one', () => {
  const errors = errorsOfState({
    Type: 'Task',
    Comment: 'c',
    Resource: 'arn:aws:lambda:us-east-1:123456789012:function:f',
    Retry: [{ Comment: 'c', ErrorEquals: ['E'] }],
    Catch: [{ Comment: 'c', ErrorEquals: ['E'], Next: 'N' }],
    End: true,
  });

  expect(errors).toEqual([]);
});
