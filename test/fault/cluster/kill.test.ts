import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { buildCli } from '../../integration/cli-process.ts';
import { RedisServer } from '../../redis/redis-server.ts';
import { Cluster, EXECUTIONS, LEASE_TERM_MS, TEST_MS_MAX, times } from './cluster.ts';

const KILLS = times(2);
const FREEZES = times(1);

beforeAll(buildCli);
vi.setConfig({ testTimeout: TEST_MS_MAX });

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

async function setup(): Promise<Cluster> {
  const redis = await RedisServer.start();
  teardown.push(() => redis.stop());
  const cluster = new Cluster({ redis: () => redis.url });
  teardown.push(() => cluster.stop());
  await cluster.start();
  cluster.load.begin();
  return cluster;
}

test('nodes that are killed under load lose nothing, and others take over within the lease term', async () => {
  const cluster = await setup();
  const tookMs: number[] = [];

  for (let kills = 0; kills < KILLS; kills++) {
    await cluster.accepts(EXECUTIONS / KILLS);
    const victim = cluster.dice.below(cluster.nodes.length);
    const id = await cluster.idOf(victim);
    await cluster.node(victim).kill();
    tookMs.push(await cluster.takenOver(id, (victim + 1) % cluster.nodes.length));
    await cluster.startNode(victim);
  }
  const problems = await cluster.verdict();

  cluster.tell(`killed ${KILLS} times; taken over after ${tookMs.map(Math.round).join(', ')} ms`);
  expect(problems, cluster.logs()).toEqual([]);
});

test('a node that was frozen for longer than its lease lasts writes nothing when it goes on', async () => {
  const cluster = await setup();
  const tookMs: number[] = [];

  for (let freezes = 0; freezes < FREEZES; freezes++) {
    await cluster.accepts(EXECUTIONS / FREEZES);
    const victim = cluster.dice.below(cluster.nodes.length);
    const id = await cluster.idOf(victim);
    cluster.node(victim).freeze();
    tookMs.push(await cluster.takenOver(id, (victim + 1) % cluster.nodes.length));
    cluster.node(victim).thaw();
  }
  const problems = await cluster.verdict();

  cluster.tell(
    `frozen ${FREEZES} times; taken over after ${tookMs.map(Math.round).join(', ')} ms, of ${LEASE_TERM_MS}`,
  );
  expect(problems, cluster.logs()).toEqual([]);
  expect(cluster.nodes.map(({ alive }) => alive)).toEqual([true, true, true]);
});
