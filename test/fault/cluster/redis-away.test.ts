import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { buildCli } from '../../integration/cli-process.ts';
import { RedisServer } from '../../redis/redis-server.ts';
import { Cluster, EXECUTIONS, TEST_MS_MAX, times } from './cluster.ts';
import { TcpProxy } from './tcp-proxy.ts';

const RESTARTS = times(2);
const CUTS = times(4);

beforeAll(buildCli);
vi.setConfig({ testTimeout: TEST_MS_MAX });

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

test('a Redis that is killed and started again, its file flushed at each write, has lost nothing', async () => {
  const redis = await RedisServer.start({ appendfsync: 'always' });
  teardown.push(() => redis.stop());
  const cluster = new Cluster({ redis: () => redis.url, args: ['--fsync', 'always'] });
  teardown.push(() => cluster.stop());
  await cluster.start();
  cluster.load.begin();

  for (let restarts = 0; restarts < RESTARTS; restarts++) {
    await cluster.accepts(EXECUTIONS / RESTARTS);
    await redis.kill('SIGKILL');
    await redis.restart();
  }
  const problems = await cluster.verdict();

  cluster.tell(`Redis killed ${RESTARTS} times`);
  expect(problems, cluster.logs()).toEqual([]);
  expect(cluster.nodes.map(({ alive }) => alive)).toEqual([true, true, true]);
});

test('nodes whose sockets to Redis are cut, for a moment or for longer than a lease, lose nothing', async () => {
  const redis = await RedisServer.start();
  teardown.push(() => redis.stop());
  const wires = await Promise.all([0, 1, 2].map(() => TcpProxy.before(redis.port)));
  teardown.push(() => Promise.all(wires.map((wire) => wire.stop())));
  const cluster = new Cluster({ redis: (i) => `redis://127.0.0.1:${wires[i]?.port}` });
  teardown.push(() => cluster.stop());
  await cluster.start();
  cluster.load.begin();

  for (let cuts = 0; cuts < CUTS; cuts++) {
    await cluster.accepts(EXECUTIONS / CUTS);
    const victim = cluster.dice.below(wires.length);
    const id = await cluster.idOf(victim);
    wires[victim]?.cut();
    if (cuts % 2 === 1) await cluster.takenOver(id, (victim + 1) % wires.length);
    wires[victim]?.mend();
  }
  const problems = await cluster.verdict();

  cluster.tell(`sockets cut ${CUTS} times`);
  expect(problems, cluster.logs()).toEqual([]);
  expect(cluster.nodes.map(({ alive }) => alive)).toEqual([true, true, true]);
});
