import { Redis } from 'ioredis';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { RedisServer } from '../redis/redis-server.ts';
import { buildCli, CliProcess, emptyDirectory } from './cli-process.ts';

beforeAll(buildCli);

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

test('a storm ends with a verdict, and leaves nothing behind', async () => {
  const redis = await RedisServer.start();
  teardown.push(() => redis.stop());
  const client = new Redis(redis.port);
  teardown.push(() => client.disconnect());
  const args = ['chaos', '--redis', redis.url, '--minutes', '0.1', '--nodes', '2', '--seed', '7', '--lease-term', '1s'];
  const chaos = new CliProcess(args, emptyDirectory());
  teardown.push(() => chaos.kill('SIGTERM'));

  const { code, stdout } = await chaos.finished;

  expect(stdout).toMatch(
    /nodes killed[\s\S]*\n[1-9]\d* executions[\s\S]*nothing was lost, nothing took effect twice\n$/,
  );
  expect(code).toBe(0);
  expect(await client.dbsize()).toBe(0);
});
