import { expect, test } from 'vitest';
import { validateDefinition } from '../../../../core/definition/validate.ts';
import { errorsOf } from './findings.ts';

const pass = (Next?: string): object => (Next === undefined ? { Type: 'Pass', End: true } : { Type: 'Pass', Next });

test('a StartAt that names no state is a missing target, and nothing is reachable', () => {
  expect(
    errorsOf({ StartAt: 'Not sure', States: { 'Pass One': pass('Success'), Success: { Type: 'Succeed' } } }),
  ).toEqual([
    "Missing 'Next' target: Not sure at /StartAt",
    'State "Pass One" is not reachable. at /States/Pass One',
    'State "Success" is not reachable. at /States/Success',
  ]);
});

test('a target that does not exist is named with the field that names it', () => {
  const errors = errorsOf({
    StartAt: 'C',
    States: {
      C: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.a', IsNull: true, Next: 'T' },
          { Variable: '$.b', IsNull: true, Next: 'X' },
        ],
        Default: 'Y',
      },
      T: {
        Type: 'Task',
        Resource: 'arn:aws:lambda:us-east-1:123456789012:function:f',
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }],
        End: true,
      },
    },
  });

  expect(errors).toEqual([
    "Missing 'Next' target: X at /States/C/Choices[1]/Next",
    "Missing 'Next' target: Y at /States/C/Default",
    "Missing 'Next' target: Z at /States/T/Catch[0]/Next",
  ]);
});

test('a state that nothing leads to is not reachable', () => {
  expect(errorsOf({ StartAt: 'A', States: { A: pass(), B: pass('A') } })).toEqual([
    'State "B" is not reachable. at /States/B',
  ]);
});

test('a workflow without an end is refused without a location', () => {
  const text = JSON.stringify({ StartAt: 'A', States: { A: pass('B'), B: pass('A'), C: pass('A') } });

  expect(validateDefinition(text, { type: 'STANDARD' }).diagnostics).toEqual([
    { severity: 'ERROR', code: 'MISSING_END_STATE', message: 'Workflow has no terminal state' },
  ]);
});

test('a state of a branch cannot lead out of it', () => {
  const branch = { StartAt: 'Inner', States: { Inner: pass('Outer'), Last: pass() } };
  const parallel = { Type: 'Parallel', Branches: [branch], Next: 'Outer' };

  expect(errorsOf({ StartAt: 'P', States: { P: parallel, Outer: pass() } })).toEqual([
    "Missing 'Next' target: Outer at /States/P/Branches[0]/States/Inner/Next",
    'State "Last" is not reachable. at /States/P/Branches[0]/States/Last',
  ]);
});

test('a way through Catch, Default and Choices reaches a state', () => {
  const choice = { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'A' }], Default: 'T' };
  const task = {
    Type: 'Task',
    Resource: 'arn:aws:lambda:us-east-1:123456789012:function:f',
    Catch: [{ ErrorEquals: ['E'], Next: 'B' }],
    Next: 'A',
  };

  expect(errorsOf({ StartAt: 'C', States: { C: choice, T: task, A: pass(), B: pass() } })).toEqual([]);
});

test('names that objects have by themselves are no states', () => {
  expect(errorsOf({ StartAt: 'A', States: { A: pass('constructor'), B: pass() } })).toContain(
    "Missing 'Next' target: constructor at /States/A/Next",
  );
});
