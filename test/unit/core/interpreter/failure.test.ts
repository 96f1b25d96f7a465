import { expect, test } from 'vitest';
import { DrivenExecution } from './driven-execution.ts';

const Resource = 'arn:aws:lambda:us-east-1:123456789012:function:f';

/** Runs a Task whose only attempt fails, and says how the execution ends. */
function endOf(task: object): unknown {
  const driven = new DrivenExecution({
    StartAt: 'T',
    States: { T: { Type: 'Task', Resource, Next: 'Done', ...task }, Done: { Type: 'Succeed' } },
  });
  driven.send({ type: 'TaskFailed', taskNumber: 1, error: 'Boom', cause: 'why' });
  const { status, error, cause } = driven.execution.end ?? {};
  return { status, error, cause };
}

const raised = "An error occurred while executing the state 'T' (entered at the event id #2).";

test('a catcher whose Output cannot be evaluated fails the execution', () => {
  const Catch = [{ ErrorEquals: ['States.ALL'], Output: '{% $states.input.absent %}', Next: 'Done' }];

  expect(endOf({ QueryLanguage: 'JSONata', Catch })).toEqual({
    status: 'FAILED',
    error: 'States.QueryEvaluationError',
    cause: `${raised} The JSONata expression '$states.input.absent' specified for the field 'Output' returned nothing (undefined).`,
  });
});

test('a catcher whose ResultPath does not fit the input fails the execution', () => {
  const Catch = [{ ErrorEquals: ['Boom'], ResultPath: '$.n.error', Next: 'Done' }];

  expect(endOf({ Catch })).toEqual({
    status: 'FAILED',
    error: 'States.ResultPathMatchFailure',
    cause: expect.stringContaining(`${raised} Unable to apply ReferencePath $.n.error to input`),
  });
});

test('a catcher whose Assign finds nothing fails the execution', () => {
  const Catch = [{ ErrorEquals: ['Boom'], Assign: { 'a.$': '$.absent' }, Next: 'Done' }];

  expect(endOf({ Catch })).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
});
