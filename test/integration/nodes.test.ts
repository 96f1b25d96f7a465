import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { NodeView, PartitionView } from '../../app.ts';
import { RedisServer } from '../redis/redis-server.ts';
import { waitUntil } from '../redis/wait-until.ts';
import { buildCli, type CliProcess, emptyDirectory, redstep, startServer, writeDefinition } from './cli-process.ts';

beforeAll(buildCli);

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

const PASS = { StartAt: 'Only', States: { Only: { Type: 'Pass', End: true } } };
const SLOW = {
  StartAt: 'Only',
  States: { Only: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:123456789012:function:slow', End: true } },
};
/** Goes on until its test lets it end; the file says that it has begun. */
const SLOW_FUNCTION = `
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
export async function handler() {
  writeFileSync('begun', '', { flag: 'wx' });
  while (!existsSync('end')) await setTimeout(10);
  return 'slowly';
}`;

interface RunningNode {
  readonly server: CliProcess;
  readonly endpoint: string;
}

async function startNode(redis: RedisServer, cwd: string, args: readonly string[] = []): Promise<RunningNode> {
  const node = await startServer('start', ['--redis', redis.url, '--lease-term', '2s', ...args], cwd);
  teardown.push(() => node.server.kill('SIGKILL'));
  return node;
}

async function startRedis(): Promise<RedisServer> {
  const redis = await RedisServer.start();
  teardown.push(() => redis.stop());
  return redis;
}

async function nodesAt(endpoint: string): Promise<readonly NodeView[]> {
  return JSON.parse((await redstep(['nodes', '--json', '--endpoint', endpoint])).stdout);
}

async function partitionsAt(endpoint: string): Promise<readonly PartitionView[]> {
  const answer = await fetch(`${endpoint}/redstep/partitions`);
  const { partitions } = (await answer.json()) as { partitions: PartitionView[] }; // as its view says
  return partitions;
}

async function statusOf(endpoint: string, path: string): Promise<number> {
  return (await fetch(endpoint + path)).status;
}

test('a server with a store of its own is one node with one partition', async () => {
  const { server, endpoint } = await startServer('start', ['--memory'], emptyDirectory());
  teardown.push(() => server.kill('SIGKILL'));
  const definition = writeDefinition(emptyDirectory(), 'only', PASS);
  await redstep(['create', definition, '--endpoint', endpoint]);

  const [node, ...others] = await nodesAt(endpoint);
  const json = await redstep(['partitions', '--json', '--endpoint', endpoint]);
  const { stdout } = await redstep(['partitions', '--endpoint', endpoint]);
  const partitions: readonly PartitionView[] = JSON.parse(json.stdout);

  expect(others).toEqual([]);
  expect(node).toMatchObject({ state: 'ready', version: expect.stringMatching(/^\d/) });
  expect(partitions).toEqual([
    { partition: 0, owner: node?.id, epoch: expect.any(Number), figures: expect.objectContaining({ mailboxDepth: 0 }) },
  ]);
  expect(partitions[0]?.figures?.commits).toBeGreaterThan(0);
  expect(stdout).toMatch(/^PARTITION +OWNER[\s\S]*\n0 +http:/);
});

test('nodes on one Redis share its partitions, and each shows all of them', async () => {
  const redis = await startRedis();
  const [first, second] = await Promise.all([startNode(redis, emptyDirectory()), startNode(redis, emptyDirectory())]);
  let partitions: readonly PartitionView[] = [];

  await waitUntil('both own their half', async () => {
    partitions = await partitionsAt(first.endpoint);
    const owners = partitions.map(({ owner }) => owner);
    return !owners.includes(null) && new Set(owners).size === 2;
  });

  const nodes = await nodesAt(second.endpoint);
  expect(nodes.map(({ address, state }) => ({ address, state }))).toEqual(
    [first.endpoint, second.endpoint].sort().map((address) => ({ address, state: 'ready' })),
  );
  expect(partitions).toHaveLength(8);
  for (const { figures } of partitions) expect(figures).toMatchObject({ mailboxDepth: 0, oldestMessageAgeMs: null });
});

test('a node that is told to stop is not ready, still answers, and lets its functions end', async () => {
  const redis = await startRedis();
  const cwd = emptyDirectory();
  writeFileSync(join(cwd, 'slow.mjs'), SLOW_FUNCTION);
  const stopping = await startNode(redis, cwd, ['--functions', cwd]);
  await redstep(['create', writeDefinition(cwd, 'slow', SLOW), '--endpoint', stopping.endpoint]);
  await redstep(['execute', 'slow', '--name', 'one', '--endpoint', stopping.endpoint]);
  await waitUntil('the function has begun', () => existsSync(join(cwd, 'begun')));
  expect(await statusOf(stopping.endpoint, '/readyz')).toBe(200);
  const staying = await startNode(redis, cwd, ['--functions', cwd]);

  const stopped = stopping.server.kill('SIGTERM');
  await waitUntil('it is not ready', async () => (await statusOf(stopping.endpoint, '/readyz')) === 503);
  const health = await statusOf(stopping.endpoint, '/healthz');
  const definition = writeDefinition(cwd, 'late', PASS);
  const late = await redstep(['create', definition, '--endpoint', stopping.endpoint]);
  const states = (await nodesAt(staying.endpoint)).map(({ state }) => state);
  writeFileSync(join(cwd, 'end'), '');
  const { code } = await stopped;

  expect(health).toBe(200);
  expect(late).toMatchObject({ code: 0 });
  expect([...states].sort()).toEqual(['draining', 'ready']);
  expect(code).toBe(0);
  await waitUntil('the execution has ended', async () => {
    const { stdout } = await redstep(['describe', 'slow:one', '--endpoint', staying.endpoint]);
    return JSON.parse(stdout).output === '"slowly"';
  });
});

test('a node takes up definitions that another one keeps', async () => {
  const redis = await startRedis();
  const keeping = await startNode(redis, emptyDirectory());
  const cwd = emptyDirectory();
  writeDefinition(cwd, 'only', PASS);

  await startNode(redis, cwd, ['--definitions', '.']);

  const { stdout } = await redstep(['list', '--endpoint', keeping.endpoint]);
  expect(stdout).toMatch(/^only +STANDARD/);
});
