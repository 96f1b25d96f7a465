import { afterEach, beforeAll, expect, test } from 'vitest';
import { buildCli } from '../../integration/cli-process.ts';
import { RedisServer } from '../../redis/redis-server.ts';
import { Cluster, EXECUTIONS } from './cluster.ts';

const KILLS = 4;

beforeAll(buildCli);

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

test('nodes that are killed under load lose nothing: others take over within the lease term', async () => {
  const redis = await RedisServer.start();
  teardown.push(() => redis.stop());
  const cluster = new Cluster({ redis: () => redis.url });
  teardown.push(() => cluster.stop());
  await cluster.start();

  cluster.load.begin();
  for (let kills = 0; kills < KILLS; kills++) {
    await cluster.accepts(EXECUTIONS / KILLS);
    const victim = cluster.dice.below(cluster.nodes.length);
    await cluster.node(victim).kill();
    await cluster.startNode(victim);
  }

  const problems = await cluster.verdict();
  console.log(
    `seed ${cluster.seed}: ${cluster.load.accepted} executions, slowest start ${cluster.load.startMsMax} ms, ${cluster.load.errors.length} errors, ${cluster.ledger().repeated} calls repeated`,
  );
  expect(problems, cluster.logs()).toEqual([]);
});
