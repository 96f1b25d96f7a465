import { expect, test } from 'vitest';
import { calledFunction } from '../../../../workers/queue/called-function.ts';
import { INVOKE, LAMBDA, taskRequest } from '../worker-fixture.ts';

test.each([
  [`${LAMBDA}charge`, {}, 'charge'],
  [`${LAMBDA}charge:live`, {}, 'charge'],
  [INVOKE, { FunctionName: 'charge', Payload: {} }, 'charge'],
  [`${INVOKE}.waitForTaskToken`, { FunctionName: `${LAMBDA}charge:$LATEST` }, 'charge'],
  [INVOKE, { Payload: {} }, undefined],
  [INVOKE, { FunctionName: 7 }, undefined],
  [INVOKE, { FunctionName: 'no function!' }, undefined],
  ['arn:aws:states:::sqs:sendMessage', { FunctionName: 'charge' }, undefined],
])('a task of %s with %j calls %s', (resource, input, name) => {
  expect(calledFunction(taskRequest(resource, input))).toBe(name);
});
