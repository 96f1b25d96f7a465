import { expect, test } from 'vitest';
import { parseResource } from '../../../../core/definition/resource.ts';

test("a function's ARN may have a qualifier, and any partition of AWS", () => {
  const functionArn = 'arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f:$LATEST';

  expect(parseResource(functionArn)).toEqual({ kind: 'lambda', functionArn });
});

test("an activity's ARN is one", () => {
  const activityArn = 'arn:aws:states:us-east-1:123456789012:activity:a';

  expect(parseResource(activityArn)).toEqual({ kind: 'activity', activityArn });
});

test.each([
  ['sqs:sendMessage', 'sqs', 'sendMessage', 'request-response'],
  ['sns:publish.waitForTaskToken', 'sns', 'publish', 'wait-for-task-token'],
  ['emr-containers:startJobRun.sync', 'emr-containers', 'startJobRun', 'sync'],
  ['states:startExecution.sync:2', 'states', 'startExecution', 'sync'],
  ['aws-sdk:dynamodb:query', 'aws-sdk:dynamodb', 'query', 'request-response'],
])('%s is an action of a service', (name, service, action, pattern) => {
  const resource = name.slice(service.length + 1);

  expect(parseResource(`arn:aws:states:::${name}`)).toEqual({ kind: 'service', service, resource, action, pattern });
});

test('placeholders may stand for any part of an ARN', () => {
  expect(parseResource('arn:<PARTITION>:states:::sqs:sendMessage')).toMatchObject({ kind: 'service', service: 'sqs' });
  expect(parseResource('arn:aws:lambda:#{AWS::Region}:{{account}}:function:f')).toMatchObject({ kind: 'lambda' });
});

test("a placeholder for a whole ARN is taken for a function's", () => {
  expect(parseResource('<HELLO_ARN>')).toEqual({ kind: 'lambda', functionArn: '<HELLO_ARN>' });
});

test.each(['', 'f', 'arn:aws:sqs:us-east-1:123456789012:q', 'arn:gcp:lambda:r:a:function:f', 'arn:aws:states:::sqs'])(
  '%j is no resource',
  (arn) => {
    expect(parseResource(arn)).toBeUndefined();
  },
);
