import { expect, test } from 'vitest';
import { DrivenExecution } from './driven-execution.ts';

const Resource = 'arn:aws:lambda:us-east-1:123456789012:function:f';

/** Runs a Map of four items, the first of which fail, and says how the execution ends. */
function statusOf({ failures, ...tolerance }: { failures: number; [field: string]: number }): string | undefined {
  const States = { T: { Type: 'Task', Resource, End: true } };
  const driven = new DrivenExecution({
    StartAt: 'M',
    States: {
      M: {
        Type: 'Map',
        QueryLanguage: 'JSONata',
        Items: [1, 2, 3, 4],
        ...tolerance,
        ItemProcessor: { StartAt: 'T', States },
        End: true,
      },
    },
  });
  for (let taskNumber = 1; taskNumber <= 4; taskNumber++) {
    if (taskNumber <= failures) driven.send({ type: 'TaskFailed', taskNumber, error: 'E', cause: undefined });
    else driven.send({ type: 'TaskSucceeded', taskNumber, output: '1' });
  }
  return driven.execution.end?.status;
}

test('a Map without a tolerance stands no failure', () => {
  expect(statusOf({ failures: 0 })).toBe('SUCCEEDED');
  expect(statusOf({ failures: 1 })).toBe('FAILED');
});

test('a Map stands as many failures as it tolerates', () => {
  expect(statusOf({ failures: 2, ToleratedFailureCount: 2 })).toBe('SUCCEEDED');
  expect(statusOf({ failures: 3, ToleratedFailureCount: 2 })).toBe('FAILED');
});

test('a Map stands the share of failures that it tolerates', () => {
  expect(statusOf({ failures: 2, ToleratedFailurePercentage: 50 })).toBe('SUCCEEDED');
  expect(statusOf({ failures: 3, ToleratedFailurePercentage: 50 })).toBe('FAILED');
});

test('a Map with both tolerances fails when either is exceeded', () => {
  expect(statusOf({ failures: 1, ToleratedFailureCount: 1, ToleratedFailurePercentage: 25 })).toBe('SUCCEEDED');
  expect(statusOf({ failures: 2, ToleratedFailureCount: 3, ToleratedFailurePercentage: 25 })).toBe('FAILED');
  expect(statusOf({ failures: 2, ToleratedFailureCount: 1, ToleratedFailurePercentage: 100 })).toBe('FAILED');
});
