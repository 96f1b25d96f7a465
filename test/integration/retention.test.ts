import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, expect, test } from 'vitest';
import { type App, createApp } from '../../app.ts';
import type { Config } from '../../config.ts';
import type { StateMachine } from '../../runtime/ports/state-machine.ts';
import { RedisServer } from '../redis/redis-server.ts';
import { waitUntil } from '../redis/wait-until.ts';
import { createDirectory } from '../store/temporary-directory.ts';

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

const PASS = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
const WAIT = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 3_600, End: true } } };
const IN_FLIGHT = 64;
/** What ended so recently stays: long before as much has come again as may be kept. */
const MIN_AGE_MS = 200;

async function open(config: Partial<Config>): Promise<{ readonly app: App; readonly log: readonly string[] }> {
  const log: string[] = [];
  const app = await createApp(
    { historyMinAgeMs: MIN_AGE_MS, ...config },
    { log: (level, text) => void log.push(`${level}: ${text}`) },
  );
  teardown.push(() => app.stop());
  return { app, log };
}

function create({ engine }: App, name: string, definition: object): Promise<StateMachine> {
  const arn = `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;
  const text = JSON.stringify(definition);
  return engine.machines.create({ arn, name, type: 'STANDARD', definition: text, roleArn: '', configuration: {} });
}

/** @returns the ARN. Fails when the start is refused. */
async function start({ engine }: App, machine: StateMachine, name?: string, bytes = 2): Promise<string> {
  const input = JSON.stringify('x'.repeat(bytes));
  const answer = await engine.startExecution({ machine, name, input, traceHeader: undefined });
  expect(answer.type).toBe('Started');
  return answer.executionArn;
}

/** Starts so many executions of 2 KB, some at a time. */
async function load(app: App, machine: StateMachine, count: number): Promise<void> {
  let left = count;
  const client = async (): Promise<void> => {
    while (left-- > 0) await start(app, machine, undefined, 2_000);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, client));
}

/** What has ended goes, oldest first, while starts go on and what runs stays. */
async function checkRetention(app: App, log: readonly string[], executions: number): Promise<void> {
  const machine = await create(app, 'busy', PASS);
  const waiting = await start(app, await create(app, 'waiting', WAIT), 'long');
  const first = await start(app, machine, 'first');

  await load(app, machine, executions);
  const last = await start(app, machine, 'last');

  await waitUntil('the first one has gone', async () => (await app.engine.describeExecution(first)) === undefined);
  expect((await app.engine.describeExecution(last))?.status).toMatch(/RUNNING|SUCCEEDED/);
  expect((await app.engine.describeExecution(waiting))?.status).toBe('RUNNING');
  const again = await app.engine.startExecution({ machine, name: 'first', input: '""', traceHeader: undefined });
  expect(again.type).toBe('AlreadyExists');
  expect(log.filter((line) => /^warn: .*:busy: \d+ executions .* DELETED/.test(line))).not.toEqual([]);
  expect(log.filter((line) => line.startsWith('error'))).toEqual([]);
}

test('on a Redis with little memory the oldest history goes under load, and no start is refused', async () => {
  const server = await RedisServer.start({ config: ['maxmemory 32mb', 'maxmemory-policy noeviction'] });
  teardown.push(() => server.stop());
  const admin = new Redis(server.port);
  teardown.push(() => admin.disconnect());
  const { app, log } = await open({
    listen: { host: '127.0.0.1', port: 0 },
    redis: { url: server.url, partitions: 4, leaseTermMs: 10_000 },
  });
  await waitUntil('it owns all partitions', async () => app.engine.node.figures.length === 4);

  await checkRetention(app, log, 30_000);

  const used = Number(/^used_memory:(\d+)/m.exec(await admin.info('memory'))?.[1]);
  expect(used).toBeLessThan(32 * 2 ** 20);
});

test('the embedded store uses again what the oldest history took', async () => {
  const dataDir = createDirectory();
  teardown.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const { app, log } = await open({ dataDir, historyBytesMax: 8e6 });

  await checkRetention(app, log, 20_000);

  expect(statSync(join(dataDir, 'data.mdb')).size).toBeLessThan(60e6);
});
