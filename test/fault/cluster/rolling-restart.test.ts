import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { buildCli } from '../../integration/cli-process.ts';
import { RedisServer } from '../../redis/redis-server.ts';
import { Cluster, EXECUTIONS, TEST_MS_MAX } from './cluster.ts';

beforeAll(buildCli);
vi.setConfig({ testTimeout: TEST_MS_MAX });

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

test('all nodes are restarted one by one, and no client and no execution notices', async () => {
  const redis = await RedisServer.start();
  teardown.push(() => redis.stop());
  const cluster = new Cluster({ redis: () => redis.url, workMsMax: 1_000 });
  teardown.push(() => cluster.stop());
  await cluster.start();
  cluster.load.begin();
  const codes: (number | null)[] = [];
  const tookMs: number[] = [];

  for (const i of cluster.nodes.keys()) {
    await cluster.accepts(EXECUTIONS / cluster.nodes.length);
    const id = await cluster.idOf(i);
    const stopped = cluster.node(i).stop();
    tookMs.push(await cluster.takenOver(id, (i + 1) % cluster.nodes.length));
    codes.push(await stopped);
    await cluster.startNode(i);
  }
  const problems = await cluster.verdict();

  cluster.tell(`restarted one by one; taken over after ${tookMs.map(Math.round).join(', ')} ms`);
  expect(problems, cluster.logs()).toEqual([]);
  expect(cluster.load.errors, cluster.logs()).toEqual([]);
  expect(cluster.ledger().repeated, cluster.logs()).toBe(0);
  expect(codes).toEqual([0, 0, 0]);
});
