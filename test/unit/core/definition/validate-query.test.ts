import { expect, test } from 'vitest';
import { errorsOf, errorsOfState, warningsOfState } from './findings.ts';

test('a state cannot go back to JSONPath in a JSONata machine', () => {
  const states = { S: { Type: 'Pass', QueryLanguage: 'JSONPath', End: true } };

  expect(errorsOf({ QueryLanguage: 'JSONata', StartAt: 'S', States: states })).toEqual([
    "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/S",
  ]);
});

test('states within a JSONata Map of a JSONPath machine are JSONPath', () => {
  const errors = errorsOfState({
    Type: 'Map',
    QueryLanguage: 'JSONata',
    ItemProcessor: { StartAt: 'P', States: { P: { Type: 'Pass', InputPath: '$.a', End: true } } },
    End: true,
  });

  expect(errors).toEqual([]);
});

test.each(['InputPath', 'OutputPath', 'Parameters', 'Result', 'ResultPath'])('a JSONata Pass has no %s', (field) => {
  expect(errorsOfState({ Type: 'Pass', QueryLanguage: 'JSONata', [field]: '$', End: true })).toEqual([
    `The QueryLanguage is set to 'JSONata', but field '${field}' is only supported for the 'JSONPath' QueryLanguage at /States/S`,
  ]);
});

test.each(['Arguments', 'Output'])('a JSONPath Task has no %s', (field) => {
  const Resource = 'arn:aws:lambda:us-east-1:123456789012:function:f';

  expect(errorsOfState({ Type: 'Task', Resource, [field]: {}, End: true })).toEqual([
    `The QueryLanguage is set to 'JSONPath', but field '${field}' is only supported for the 'JSONata' QueryLanguage at /States/S`,
  ]);
});

test.each(['$', '$$', '$.a[*].b', '$.a[?(@.b > 1)]', '$$.Execution.Id', '$name.x', "$.[*].['a', 'b']"])(
  '%s is an InputPath',
  (InputPath) => {
    expect(errorsOfState({ Type: 'Pass', InputPath, End: true })).toEqual([]);
  },
);

test.each(['Test', '', '$.a[', 'States.UUID()', 5])('%j is no OutputPath', (OutputPath) => {
  expect(errorsOfState({ Type: 'Pass', OutputPath, End: true })).toEqual([
    'Value must be a valid JSONPath. at /States/S/OutputPath',
  ]);
});

test('InputPath, OutputPath and ResultPath may be null', () => {
  expect(errorsOfState({ Type: 'Pass', InputPath: null, OutputPath: null, ResultPath: null, End: true })).toEqual([]);
});

test('InputPath may call an intrinsic function', () => {
  expect(errorsOfState({ Type: 'Pass', InputPath: 'States.Array($.a, 1)', End: true })).toEqual([]);
  expect(errorsOfState({ Type: 'Pass', InputPath: 'States.None($.a)', End: true })).toEqual([
    'Value must be a valid JSONPath. at /States/S/InputPath',
  ]);
});

test.each(['a', ''])('%j is no path to a result', (ResultPath) => {
  expect(errorsOfState({ Type: 'Pass', ResultPath, End: true })).toEqual([
    'Value must be a valid JSONPath. at /States/S/ResultPath',
  ]);
});

test.each(['$$.a', '$name', '$.a[*]', '$..a'])('%j is no place for a result', (ResultPath) => {
  expect(errorsOfState({ Type: 'Pass', ResultPath, End: true })).toEqual([
    'Value is not a Reference Path at /States/S/ResultPath',
  ]);
});

test.each(['$.seconds', '$$.Execution.Input.seconds', '$seconds', '$.list[0].seconds'])(
  '%s tells how long to wait',
  (SecondsPath) => {
    expect(errorsOfState({ Type: 'Wait', SecondsPath, End: true })).toEqual([]);
  },
);

test('a name that ends in .$ has a path or an intrinsic call, however deep it stands', () => {
  const Parameters = { 'a.$': '$.a', list: [{ 'b.$': 'States.UUID()' }, { 'c.$': 'ipsum' }], deep: { 'd.$': 1 } };

  expect(errorsOfState({ Type: 'Pass', Parameters, End: true })).toEqual([
    "The value for the field 'c.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/Parameters/list[1]",
    "The value for the field 'd.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/Parameters/deep",
  ]);
});

test('an escape that intrinsic strings do not have is refused', () => {
  const Parameters = { 'parsed.$': `States.StringToJson('{"text":"An \\"escaped\\" quote"}')` };

  expect(errorsOfState({ Type: 'Pass', Parameters, End: true })).toEqual([
    "The value for the field 'parsed.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/Parameters",
  ]);
});

test('a ResultSelector is an object', () => {
  const Resource = 'arn:aws:lambda:us-east-1:123456789012:function:f';

  expect(errorsOfState({ Type: 'Task', Resource, ResultSelector: '$.a', End: true })).toEqual([
    'Expected value of type Object at /States/S/ResultSelector',
  ]);
});

test.each([
  [{ Parameters: { a: '$.b' } }, 'NO_DOLLAR at /States/S/Parameters'],
  [{ Parameters: { a: 'States.UUID()' } }, 'NO_DOLLAR at /States/S/Parameters'],
  [{ Result: { 'a.$': '$.b' } }, 'PASS_RESULT_IS_STATIC at /States/S/Result'],
])('%j is taken with a warning', (fields, warning) => {
  const state = { Type: 'Pass', ...fields, End: true };

  expect(errorsOfState(state)).toEqual([]);
  expect(warningsOfState(state)).toEqual([warning]);
});

test('a text that looks like a path where none is read is taken with a warning', () => {
  expect(warningsOfState({ Type: 'Fail', Cause: '$.cause' })).toEqual(['NO_PATH at /States/S/Cause']);
});

test.each(['{% $states.input', '$states.input %}', ' {% 1 %}'])(
  '%j is neither an expression nor a literal',
  (Output) => {
    expect(errorsOfState({ Type: 'Pass', QueryLanguage: 'JSONata', Output, End: true })).toEqual([
      'JSONata string must start with {% and end with %} at /States/S/Output',
    ]);
  },
);

test('expressions may stand for numbers, flags and timestamps in JSONata', () => {
  const wait = { Type: 'Wait', Timestamp: '{% $now() %}', Next: 'T' };
  const task = {
    Type: 'Task',
    Resource: 'arn:aws:lambda:us-east-1:123456789012:function:f',
    TimeoutSeconds: '{% 2 %}',
    HeartbeatSeconds: '{% 1 %}',
    Next: 'C',
  };
  const choice = { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'F' }], Default: 'F' };
  const fail = { Type: 'Fail', Error: "{% 'E' %}", Cause: '{% 1 %}' };
  const machine = { QueryLanguage: 'JSONata', StartAt: 'W', States: { W: wait, T: task, C: choice, F: fail } };

  expect(errorsOf(machine)).toEqual([]);
});

test.each([
  ['{"a b":1}', "Invalid variable name 'a b': the variable name contains invalid characters. at /States/S/Assign"],
  ['{"1a":1}', "Invalid variable name '1a': the variable name contains invalid characters. at /States/S/Assign"],
  ['{"states":1}', "Cannot assign to reserved variable '$states'. at /States/S/Assign"],
  ['{"_a":1}', "Invalid variable name '_a': the variable name contains invalid characters. at /States/S/Assign"],
  [
    `{"${'v'.repeat(81)}":1}`,
    `Invalid variable name '${'v'.repeat(81)}': the variable name exceeds the 80-character limit. at /States/S/Assign`,
  ],
  ['[]', 'Expected value of type Object at /States/S/Assign'],
])('an Assign of %s is refused', (assign, error) => {
  expect(errorsOfState({ Type: 'Pass', Assign: JSON.parse(assign), End: true })).toEqual([error]);
});

test.each(['x', 'größe', '変数', 'a1', 'x.$'])('a variable may be called %s', (name) => {
  expect(errorsOfState({ Type: 'Pass', Assign: { [name]: '$.a' }, End: true })).toEqual([]);
});

test('what is wrong with an expression is located in its field', () => {
  const Output = { v: ['{% phone %}', '{% 1 + %}'] };

  expect(errorsOfState({ Type: 'Pass', QueryLanguage: 'JSONata', Output, End: true })).toEqual([
    "Reference to 'phone' at the top level is not supported. at /States/S/Output/v[0]",
    'Unexpected end of expression at /States/S/Output/v[1]',
  ]);
});

test.each([
  ['Task', 'Output', []],
  ['Task', 'Assign', []],
  ['Task', 'Arguments', ["Reference to '$states.result' is not supported in this field. at /States/S/Arguments/r"]],
  ['Pass', 'Output', ["Reference to '$states.result' is not supported in this field. at /States/S/Output/r"]],
])('in a %s, whether %s may read $states.result', (Type, field, errors) => {
  const resource = Type === 'Task' ? { Resource: 'arn:aws:lambda:us-east-1:123456789012:function:f' } : {};
  const value = { r: '{% $states.result %}' };

  expect(errorsOfState({ Type, QueryLanguage: 'JSONata', ...resource, [field]: value, End: true })).toEqual(errors);
});
