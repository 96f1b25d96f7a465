import { Redis } from 'ioredis';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { forwardingHeaders } from '../../api/forwarding.ts';
import type { PartitionView } from '../../app.ts';
import { RedisServer } from '../redis/redis-server.ts';
import { waitUntil } from '../redis/wait-until.ts';
import { buildCli, type CliProcess, emptyDirectory, startServer } from './cli-process.ts';

const EXECUTIONS = 8;
const PASS = JSON.stringify({ StartAt: 'Only', States: { Only: { Type: 'Pass', End: true } } });
const ROLE = 'arn:aws:iam::123456789012:role/any';

beforeAll(buildCli);

interface Pair {
  readonly redis: RedisServer;
  readonly endpoints: readonly [string, string];
  readonly servers: readonly CliProcess[];
  readonly stateMachineArn: string;
}

/** Two nodes that own a half each, and a state machine. */
async function startPair(): Promise<Pair> {
  const redis = await RedisServer.start();
  onTestFinished(() => redis.stop());
  const start = (): Promise<{ server: CliProcess; endpoint: string }> =>
    startServer('start', ['--redis', redis.url, '--lease-term', '2s'], emptyDirectory());
  const [first, second] = await Promise.all([start(), start()]);
  const servers = [first.server, second.server];
  onTestFinished(async () => void (await Promise.all(servers.map((server) => server.kill('SIGKILL')))));
  await waitUntil('both own their half', async () => {
    const answer = await fetch(`${first.endpoint}/redstep/partitions`);
    const { partitions } = (await answer.json()) as { partitions: PartitionView[] }; // as its view says
    const owners = partitions.map(({ owner }) => owner);
    return !owners.includes(null) && new Set(owners).size === 2;
  });
  const { body } = await call(first.endpoint, 'CreateStateMachine', { name: 'm', definition: PASS, roleArn: ROLE });
  const endpoints = [first.endpoint, second.endpoint] as const;
  return { redis, endpoints, servers, stateMachineArn: String(body.stateMachineArn) };
}

async function call(
  endpoint: string,
  action: string,
  body: object,
  headers: { readonly [name: string]: string } = {},
): Promise<{ status: number; body: { readonly [member: string]: unknown } }> {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { 'X-Amz-Target': `AWSStepFunctions.${action}`, ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? {} : JSON.parse(text) };
}

test('nodes take requests from each other, and none that only says it comes from a node', async () => {
  const { redis, endpoints, servers, stateMachineArn } = await startPair();
  const [endpoint] = endpoints;
  const names = Array.from({ length: EXECUTIONS }, (_, i) => `name-${i}`);

  const started = await Promise.all(names.map((name) => call(endpoint, 'StartExecution', { stateMachineArn, name })));
  const client = new Redis(redis.port);
  const secret = (await client.get('{rs:0}K')) ?? '';
  client.disconnect();
  const [name = ''] = names;
  const asNode = forwardingHeaders('1', { forwarded: false, chosenName: name });
  const forged = await call(endpoint, 'StartExecution', { stateMachineArn }, asNode);
  const again = await call(endpoint, 'StartExecution', { stateMachineArn, name, nameIsOurs: true, input: '{"n":1}' });
  const known = forwardingHeaders(secret, { forwarded: false });
  const sentOn = await Promise.all(
    names.map((each) => call(endpoint, 'StartExecution', { stateMachineArn, name: `other-${each}` }, known)),
  );

  expect(started.map(({ status }) => status)).toEqual(names.map(() => 200));
  expect(forged).toMatchObject({ status: 403, body: { __type: expect.stringMatching(/#AccessDeniedException$/) } });
  expect(again).toMatchObject({ status: 400, body: { __type: expect.stringMatching(/#ExecutionAlreadyExists$/) } });
  // 421: it is the other's, and what comes from a node is not sent on.
  expect(new Set(sentOn.map(({ status }) => status))).toEqual(new Set([200, 421]));
  expect(secret).toHaveLength(36);
  for (const { output } of servers) expect(output).not.toContain(secret);
});

test('a request for no name that is asked again is answered with what it began', async () => {
  const { redis, endpoints, stateMachineArn } = await startPair();
  const client = new Redis(redis.port);
  const secret = (await client.get('{rs:0}K')) ?? '';
  client.disconnect();
  const headers = forwardingHeaders(secret, { forwarded: false, chosenName: 'chosen' });
  const ask = (): Promise<{ status: number; body: object }[]> =>
    Promise.all(endpoints.map((endpoint) => call(endpoint, 'StartExecution', { stateMachineArn }, headers)));

  const first = await ask();
  const executionArn = stateMachineArn.replace(':stateMachine:', ':execution:').concat(':chosen');
  await waitUntil('it is over', async () => {
    const { body } = await call(endpoints[0], 'DescribeExecution', { executionArn });
    return body.status === 'SUCCEEDED';
  });
  const second = await ask();

  const [began] = first.filter(({ status }) => status === 200);
  expect(began?.body).toMatchObject({ executionArn });
  expect(second).toEqual([began, began]);
});
