import { Redis } from 'ioredis';
import { afterEach, expect, test } from 'vitest';
import { RedisCluster } from './redis-cluster.ts';
import { RedisSentinels } from './redis-sentinels.ts';
import { RedisServer } from './redis-server.ts';
import { waitUntil } from './wait-until.ts';

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

function connect(port: number): Redis {
  const client = new Redis(port);
  teardown.push(() => client.disconnect());
  return client;
}

test('what was written is there after a restart', async () => {
  const server = await RedisServer.start({ appendfsync: 'always' });
  teardown.push(() => server.stop());
  await connect(server.port).set('key', 'value');

  await server.kill('SIGKILL');
  await server.restart();

  expect(await connect(server.port).get('key')).toBe('value');
});

test('a server that cannot start says why', async () => {
  await expect(RedisServer.start({ config: ['no-such-setting yes'] })).rejects.toThrow('ended with 1');
});

test('a cluster answers on all of its slots', async () => {
  const cluster = await RedisCluster.start();
  teardown.push(() => cluster.stop());
  const client = new Redis.Cluster(cluster.servers.map(({ port }) => ({ host: '127.0.0.1', port })));
  teardown.push(() => client.disconnect());

  for (const key of ['{a}', '{b}', '{c}', '{d}']) await client.set(key, key);

  expect(await client.get('{c}')).toBe('{c}');
});

test('a replica takes the place of a master that is gone', async () => {
  const set = await RedisSentinels.start();
  teardown.push(() => set.stop());
  const [first] = set.servers;

  await first?.kill('SIGKILL');

  await waitUntil('another master', async () => (await set.master()) !== first);
});
