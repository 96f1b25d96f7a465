import { expect, test } from 'vitest';
import { errorsOfState, warningsOfState } from './findings.ts';

const task = (Resource: unknown, fields: object = { Parameters: '$' }): object => ({
  Type: 'Task',
  Resource,
  ...fields,
  End: true,
});
/** As CloudFormation writes what it will fill in. */
const substitution = (name: string): string => `$\{${name}}`;
const unrecognised = (arn: string): string =>
  `The resource provided ${arn} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/S/Resource`;

test.each([
  'arn:aws:lambda:us-east-1:123456789012:function:f',
  'arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST',
  'arn:aws:lambda:us-east-1:123456789012:function:f:prod',
  'arn:aws-cn:lambda:cn-north-1:123456789012:function:f',
  'arn:aws-us-gov:states:::sqs:sendMessage',
  'arn:aws:states:us-east-1:123456789012:activity:my-activity',
  'arn:aws:states:::lambda:invoke.waitForTaskToken',
  'arn:aws:states:::states:startExecution.sync:2',
  'arn:aws:states:::ecs:runTask.sync',
  'arn:aws:states:::emr-serverless:startJobRun.sync',
  'arn:aws:states:::http:invoke',
  'arn:aws:states:::bedrock:invokeModel',
  'arn:aws:states:::aws-sdk:s3:listBuckets',
  'arn:aws:states:::aws-sdk:sfn:startExecution.waitForTaskToken',
])('%s is recognised', (arn) => {
  expect(errorsOfState(task(arn))).toEqual([]);
  expect(warningsOfState(task(arn))).toEqual([]);
});

test.each([
  'arn:aws:states:::dynamodb:query',
  'arn:aws:states:::dynamodb:getItem.sync',
  'arn:aws:states:::lambda:invoke.sync',
  'arn:aws:states:::ecs:runTask.sync:2',
  'arn:aws:states:::http:invoke.waitForTaskToken',
  'arn:aws:states:::aws-sdk:s3:ListBuckets',
  'arn:aws:states:::aws-sdk:s3:listBuckets.sync',
  'arn:aws:states:::s3:getObject',
  'arn:aws:sqs:us-east-1:123456789012:queue',
  'arn:gcp:lambda:us-east-1:123456789012:function:f',
])('%j is not recognised', (arn) => {
  expect(errorsOfState(task(arn))).toEqual([unrecognised(arn)]);
});

test.each(['createToken', ''])('%j is no ARN', (text) => {
  expect(errorsOfState(task(text))).toEqual(['Value is not a valid resource ARN at /States/S/Resource']);
});

test.each([
  'arn:aws:lambda:REGION:ACCOUNT_ID:function:FirstLambdaFunction',
  'arn:aws:lambda:your-region:your-account-id:function:yours',
  substitution('HelloFunctionArn'),
  `${substitution('Prefix')}:function:f`,
  `arn:${substitution('AWS::Partition')}:states:::dynamodb:getItem`,
  'arn:<PARTITION>:states:::sns:publish',
  `arn:aws:states:::${substitution('Service')}:invoke`,
  `arn:aws:states:::sqs:${substitution('Action')}`,
  `arn:aws:states:::${substitution('Integration')}`,
  'arn:aws:lambda:#{AWS::Region}:#{AWS::AccountId}:function:f',
])('%s is taken with a warning that placeholders are left', (arn) => {
  expect(errorsOfState(task(arn))).toEqual([]);
  expect(warningsOfState(task(arn))).toEqual(['PLACEHOLDER_RESOURCE at /States/S/Resource']);
});

test('a placeholder does not hide an action that does not exist', () => {
  const arn = `arn:${substitution('P')}:states:::dynamodb:query`;

  expect(errorsOfState(task(arn))).toEqual([unrecognised(arn)]);
});

test.each([
  ['arn:aws:states:us-east-1:123456789012:activity:a', 'Express state machine does not support Activity ARN'],
  [
    'arn:aws:states:::sns:publish.waitForTaskToken',
    "Express state machine does not support '.waitForTaskToken' service integration ",
  ],
  ['arn:aws:states:::glue:startJobRun.sync', "Express state machine does not support '.sync' service integration "],
  [
    'arn:aws:states:::states:startExecution.sync:2',
    "Express state machine does not support '.sync:2' service integration ",
  ],
])('%s is refused in an Express machine only', (arn, message) => {
  expect(errorsOfState(task(arn), 'STANDARD')).toEqual([]);
  expect(errorsOfState(task(arn), 'EXPRESS')).toEqual([`${message} at /States/S/Resource`]);
});

test('an optimised integration lacks no required parameter', () => {
  const arn = 'arn:aws:states:::sqs:sendMessage';

  expect(errorsOfState(task(arn, { Parameters: { 'QueueUrl.$': '$.url' } }))).toEqual([
    "The field 'MessageBody' is required but was missing at /States/S/Parameters",
  ]);
  expect(errorsOfState(task(arn, { QueryLanguage: 'JSONata', Arguments: '{% $states.input %}' }))).toEqual([]);
});

test.each(['arn:aws:states:::sns:publish', 'arn:aws:states:::aws-sdk:s3:listBuckets'])(
  '%s is called with parameters',
  (arn) => {
    expect(errorsOfState(task(arn, {}))).toEqual([
      `Parameters field is required for resource ARN: ${arn} at /States/S/Resource`,
    ]);
    expect(errorsOfState(task(arn, { QueryLanguage: 'JSONata' }))).toEqual([
      `Arguments field is required for resource ARN: ${arn} at /States/S/Resource`,
    ]);
  },
);

test('Credentials name a role', () => {
  const arn = 'arn:aws:lambda:us-east-1:123456789012:function:f';

  expect(errorsOfState(task(arn, { Credentials: { 'RoleArn.$': '$roleArn' } }))).toEqual([]);
  expect(errorsOfState(task(arn, { Credentials: { InvalidField: 'invalid' } }))).toEqual([
    "The field 'RoleArn' is required but was missing at /States/S/Credentials",
  ]);
});

test('an activity takes no Credentials', () => {
  const arn = 'arn:aws:states:us-east-1:123456789012:activity:a';

  expect(errorsOfState(task(arn, { Credentials: { RoleArn: 'r' } }))).toEqual([
    "The field 'Credentials' is not supported for activities at /States/S/Credentials",
  ]);
});

test('a heartbeat is shorter than the timeout', () => {
  const arn = 'arn:aws:states:us-east-1:123456789012:activity:a';

  expect(errorsOfState(task(arn, { TimeoutSeconds: 5, HeartbeatSeconds: 5 }))).toEqual([
    'HeartbeatSeconds must be smaller than TimeoutSeconds at /States/S/HeartbeatSeconds',
  ]);
});

test('a timeout is given as a number or by path', () => {
  const arn = 'arn:aws:lambda:us-east-1:123456789012:function:f';

  expect(errorsOfState(task(arn, { TimeoutSeconds: 5, TimeoutSecondsPath: '$.t' }))).toEqual([
    'There should only be one of the following fields: [TimeoutSeconds, TimeoutSecondsPath] at /States/S',
  ]);
});
