import { describe, expect, it } from 'vitest';
import type { TaskResult } from '../../../../runtime/ports/task-dispatcher.ts';
import { INVOKE, taskRequest, WorkerFixture } from '../worker-fixture.ts';

const FILES = {
  'same.mjs': 'export const handler = async (event) => event',
  'who.mjs':
    'export const handler = async (event, context) => [context.functionVersion, context.clientContext ?? null]',
  'fails.mjs': `export const handler = async () => { throw new RangeError('no') }`,
  'tells.mjs': `import { writeFileSync } from 'node:fs';
    export const handler = async () => writeFileSync(new URL('called', import.meta.url), '')`,
};

async function invoke(parameters: object, resource: string = INVOKE): Promise<TaskResult> {
  const fixture = await WorkerFixture.start(FILES);
  return fixture.run(taskRequest(resource, parameters));
}

async function outputOf(parameters: object, resource?: string) {
  const result = await invoke(parameters, resource);
  if (result.type === 'Failed') throw new Error(result.cause);
  return JSON.parse(result.output);
}

describe('lambda:invoke', () => {
  it('answers as Lambda’s Invoke does', async () => {
    expect(await outputOf({ FunctionName: 'same', Payload: { word: 'süß' } })).toEqual({
      ExecutedVersion: '$LATEST',
      Payload: { word: 'süß' },
      SdkHttpMetadata: {
        AllHttpHeaders: {
          'X-Amz-Executed-Version': ['$LATEST'],
          'x-amzn-Remapped-Content-Length': ['0'],
          Connection: ['keep-alive'],
          'x-amzn-RequestId': [expect.any(String)],
          'Content-Length': ['16'],
          Date: [expect.stringMatching(/GMT$/)],
          'X-Amzn-Trace-Id': [expect.stringMatching(/^root=1-[0-9a-f]{8}-[0-9a-f]{24};parent=[0-9a-f]{16};sampled=0$/)],
          'Content-Type': ['application/json'],
        },
        HttpHeaders: expect.objectContaining({ 'Content-Length': '16', 'X-Amz-Executed-Version': '$LATEST' }),
        HttpStatusCode: 200,
      },
      SdkResponseMetadata: { RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      StatusCode: 200,
    });
  });

  it.each([
    ['nothing', undefined, {}],
    ['null', null, {}],
    ['a text that holds JSON', '[1]', [1]],
    ['a text that holds a JSON text', '"word"', 'word'],
    ['a number', 0, 0],
  ])('sends %s as Lambda gets it', async (_, Payload, event) => {
    expect((await outputOf({ FunctionName: 'same', Payload })).Payload).toEqual(event);
  });

  it('refuses a text that is not JSON', async () => {
    expect(await invoke({ FunctionName: 'same', Payload: 'test data' })).toEqual({
      type: 'Failed',
      error: 'Lambda.InvalidRequestContentException',
      cause: expect.stringContaining(
        `Unrecognized token 'test': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at [Source: (byte[])"test data"; line: 1, column: 6]`,
      ),
    });
  });

  it.each([
    ['who:7', undefined, '7'],
    ['who', 'prod', 'prod'],
    ['arn:aws:lambda:us-east-1:123456789012:function:who:prod', 'prod', 'prod'],
  ])('runs %s with Qualifier %s as version %s', async (FunctionName, Qualifier, version) => {
    expect(await outputOf({ FunctionName, Qualifier })).toMatchObject({
      ExecutedVersion: version,
      Payload: [version, null],
    });
  });

  it('refuses a Qualifier that contradicts the name', async () => {
    const result = await invoke({ FunctionName: 'who:1', Qualifier: '2' });
    expect(result).toMatchObject({ error: 'Lambda.InvalidParameterValueException' });
  });

  it('gives the function its ClientContext', async () => {
    const ClientContext = Buffer.from('{"custom":{"a":1}}').toString('base64');
    expect((await outputOf({ FunctionName: 'who', ClientContext })).Payload[1]).toEqual({ custom: { a: 1 } });
  });

  it('answers LogType Tail with Lambda’s report', async () => {
    const output = await outputOf({ FunctionName: 'same', LogType: 'Tail' });
    expect(Buffer.from(output.LogResult, 'base64').toString()).toMatch(
      /^START RequestId: \S+ Version: \$LATEST\nEND .*\nREPORT /,
    );
    expect(output.SdkHttpMetadata.HttpHeaders['X-Amz-Log-Result']).toBe(output.LogResult);
  });

  it('does not wait for InvocationType Event', async () => {
    const fixture = await WorkerFixture.start(FILES);
    const called = fixture.written('called');
    const result = await fixture.run(taskRequest(INVOKE, { FunctionName: 'tells', InvocationType: 'Event' }));
    expect(result.type === 'Succeeded' && JSON.parse(result.output)).toMatchObject({ Payload: '', StatusCode: 202 });
    await called;
  });

  it('answers DryRun with 204', async () => {
    expect(await outputOf({ FunctionName: 'fails', InvocationType: 'DryRun' })).toMatchObject({ StatusCode: 204 });
  });

  it.each(['RequestResponse', 'Event', 'DryRun'])(
    '%s fails where there is no such function',
    async (InvocationType) => {
      expect(await invoke({ FunctionName: 'absent', InvocationType })).toEqual({
        type: 'Failed',
        error: 'Lambda.ResourceNotFoundException',
        cause: expect.stringMatching(
          /^Function not found: arn:aws:lambda:us-east-1:123456789012:function:absent:\$LATEST \(/,
        ),
      });
    },
  );

  it('fails with the function’s own error', async () => {
    expect(await invoke({ FunctionName: 'fails' })).toMatchObject({ type: 'Failed', error: 'RangeError' });
  });

  it.each([
    [{ FunctionName: 'two words' }, 'Lambda.AWSLambdaException', 'Error Code: ValidationException'],
    [{ FunctionName: 'same', InvocationType: 'Other' }, 'Lambda.AWSLambdaException', 'Error Code: ValidationException'],
    [{ FunctionName: 'same', ClientContext: '%' }, 'Lambda.InvalidRequestContentException', 'Client context'],
    [{ Payload: {} }, 'States.Runtime', "[The field 'FunctionName' is required but was missing]"],
    [{ FunctionName: 'same', Speed: 1 }, 'States.Runtime', "[The field 'Speed' is not supported by Step Functions]"],
    [{ FunctionName: 5 }, 'States.Runtime', "[The value of the field 'FunctionName' has an invalid format]"],
  ])('refuses %j', async (parameters, error, cause) => {
    expect(await invoke(parameters)).toEqual({ type: 'Failed', error, cause: expect.stringContaining(cause) });
  });
});

describe('lambda:invoke.waitForTaskToken', () => {
  it('hands the work over: its output is not the task’s result', async () => {
    const result = await invoke({ FunctionName: 'same', Payload: { t: 1 } }, `${INVOKE}.waitForTaskToken`);
    expect(result).toMatchObject({ type: 'Submitted', output: expect.stringContaining('"Payload":{"t":1}') });
  });

  it('fails when the function fails', async () => {
    const result = await invoke({ FunctionName: 'fails' }, `${INVOKE}.waitForTaskToken`);
    expect(result).toMatchObject({ type: 'Failed', error: 'RangeError' });
  });
});
