import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiServer, PASS, ROLE } from './api-server.ts';

let server: ApiServer;

beforeAll(async () => {
  server = await ApiServer.start();
});

afterAll(() => server.stop());

interface WireAnswer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request, byte by byte as the test says. */
function send(body: string, headers: Record<string, string> = {}, method = 'POST', path = '/'): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port: server.port, host: '127.0.0.1', method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

function call(action: string, members: unknown, headers: Record<string, string> = {}): Promise<WireAnswer> {
  return send(JSON.stringify(members), { 'x-amz-target': `AWSStepFunctions.${action}`, ...headers });
}

async function create(fields: Record<string, unknown>, headers: Record<string, string> = {}): Promise<string> {
  const members = { name: server.freshName(), definition: PASS, roleArn: ROLE, ...fields };
  const { body } = await call('CreateStateMachine', members, headers);
  return JSON.parse(body).stateMachineArn;
}

function signedFor(region: string): Record<string, string> {
  return { authorization: `AWS4-HMAC-SHA256 Credential=AKID/20260101/${region}/states/aws4_request, Signature=0` };
}

test('an answer has a request id and the type of JSON 1.0', async () => {
  const { status, headers } = await call('ListStateMachines', {});

  expect([status, headers['content-type']]).toEqual([200, 'application/x-amz-json-1.0']);
  expect(headers['x-amzn-requestid']).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

test('timestamps are seconds since the epoch, with a fraction', async () => {
  const members = { name: server.freshName(), definition: PASS, roleArn: ROLE };

  const { body } = await call('CreateStateMachine', members);

  expect(JSON.parse(body).creationDate).toBeCloseTo(Date.now() / 1000, -2);
});

test('an error names its type and says why, with status 400', async () => {
  const { status, body } = await call('DescribeExecution', { executionArn: 'nothing' });

  expect(status).toBe(400);
  expect(JSON.parse(body)).toEqual({
    __type: 'com.amazonaws.swf.service.v2.model#InvalidArn',
    message: "Invalid Arn: 'Invalid ARN prefix: nothing'",
  });
});

test('the region is that of the signature, else us-east-1', async () => {
  const arns = [await create({}, signedFor('eu-central-1')), await create({}), await create({}, signedFor('NO_WHERE'))];

  expect(arns.map((arn) => arn.split(':')[3])).toEqual(['eu-central-1', 'us-east-1', 'us-east-1']);
});

test('StartSyncExecution is taken under a host that begins with sync-', async () => {
  const stateMachineArn = await create({ type: 'EXPRESS' });

  const { body } = await call('StartSyncExecution', { stateMachineArn }, { host: `sync-localhost:${server.port}` });

  expect(JSON.parse(body)).toMatchObject({ status: 'SUCCEEDED', output: '{}' });
});

test.each(['AWSStepFunctions.TestState', 'DynamoDB_20120810.GetItem'])('%s is an unknown operation', async (target) => {
  const { status, body } = await send('{}', { 'x-amz-target': target });

  expect(status).toBe(400);
  expect(JSON.parse(body)).toEqual({
    __type: 'com.amazon.coral.service#UnknownOperationException',
    message: expect.stringContaining(target),
  });
});

test.each([
  ['[]', 'Unexpected field type'],
  ['{"maxResults":"1"}', 'STRING_VALUE can not be converted to an Integer'],
  ['{"nextToken":7}', 'NUMBER_VALUE can not be converted to a String'],
  ['{"nextToken":{}}', 'Start of structure or map found where not expected.'],
])('the body %s cannot be read', async (body, message) => {
  const answer = await send(body, { 'x-amz-target': 'AWSStepFunctions.ListStateMachines' });

  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body)).toEqual({ __type: 'com.amazon.coral.service#SerializationException', message });
});

test('a body that is no JSON cannot be read', async () => {
  const { body } = await send('{', { 'x-amz-target': 'AWSStepFunctions.ListStateMachines' });

  expect(JSON.parse(body).__type).toBe('com.amazon.coral.service#SerializationException');
});

test('all members that break a constraint are named at once', async () => {
  const { body } = await call('CreateStateMachine', { definition: PASS, roleArn: '' });

  expect(JSON.parse(body).message).toBe(
    "2 validation errors detected: Value null at 'name' failed to satisfy constraint: Member must not be null; " +
      "Value '' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 1",
  );
});

test('a request above 1 MB is refused', async () => {
  const { status, body } = await call('CreateStateMachine', { definition: 'x'.repeat(1_048_576) });

  expect(status).toBe(413);
  expect(JSON.parse(body).__type).toBe('com.amazon.coral.service#RequestEntityTooLargeException');
});

test('a client that goes away while it sends does the server no harm', async () => {
  const gone = new Promise<void>((resolve) => {
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{', () => socket.destroy());
    });
    socket.on('close', () => resolve());
  });
  await gone;

  expect((await call('ListStateMachines', {})).status).toBe(200);
});

test('/healthz answers while the server is up', async () => {
  const { status, body } = await send('', {}, 'GET', '/healthz');

  expect([status, body]).toEqual([200, 'ok\n']);
});

test('a server that stops lets a request under way end', async () => {
  const called = new Promise<() => void>((resolve) => {
    Object.assign(globalThis, { redstepBlocked: resolve });
  });
  const block = 'export const handler = () => new Promise((resolve) => globalThis.redstepBlocked(resolve));';
  const stopping = await ApiServer.start({ block });
  const sfn = stopping.client();
  const task = { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:123456789012:function:block', End: true };
  const definition = JSON.stringify({ StartAt: 'Only', States: { Only: task } });
  const stateMachineArn = await stopping.machine(sfn, { type: 'EXPRESS', definition });
  const answer = sfn.startSyncExecution({ stateMachineArn });
  const release = await called;

  const closed = stopping.close();
  release();

  expect((await answer).status).toBe('SUCCEEDED');
  await closed;
  await stopping.stop();
});
