import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { buildCli } from '../../integration/cli-process.ts';
import { RedisCluster } from '../../redis/redis-cluster.ts';
import { RedisSentinels } from '../../redis/redis-sentinels.ts';
import { waitUntil } from '../../redis/wait-until.ts';
import { Cluster, EXECUTIONS, TEST_MS_MAX, times } from './cluster.ts';
import { moveSlotOf } from './resharding.ts';

const FAILOVERS = times(1);
/** As many as there are partitions: each one's slot is moved. */
const MOVES = 8;

beforeAll(buildCli);
vi.setConfig({ testTimeout: TEST_MS_MAX });

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

test('a replica that takes the place of its master has all that was answered, when commits wait for it', async () => {
  const config = ['min-replicas-to-write 1', 'min-replicas-max-lag 2'];
  const sentinels = await RedisSentinels.start({ replicas: 1, config });
  teardown.push(() => sentinels.stop());
  const cluster = new Cluster({ redis: () => sentinels.url, args: ['--replicas', '1'] });
  teardown.push(() => cluster.stop());
  await cluster.start();
  cluster.load.begin();

  for (let failovers = 0; failovers < FAILOVERS; failovers++) {
    await cluster.accepts(EXECUTIONS / FAILOVERS);
    const master = await sentinels.master();
    await master?.kill('SIGKILL');
    await waitUntil('another master', async () => (await sentinels.master()) !== master);
    await master?.restart();
  }
  const problems = await cluster.verdict();

  cluster.tell(`${FAILOVERS} failovers`);
  expect(problems, cluster.logs()).toEqual([]);
});

test('slots of a Redis Cluster move to other masters under load, and nothing is lost', async () => {
  const redis = await RedisCluster.start();
  teardown.push(() => redis.stop());
  const cluster = new Cluster({ redis: () => redis.url });
  teardown.push(() => cluster.stop());
  await cluster.start();
  cluster.load.begin();

  for (let partition = 0; partition < MOVES; partition++) {
    await cluster.accepts(EXECUTIONS / MOVES);
    await moveSlotOf(`{rs:${partition}}`, redis, (below) => cluster.dice.below(below));
  }
  const problems = await cluster.verdict();

  cluster.tell(`${MOVES} slots moved`);
  expect(problems, cluster.logs()).toEqual([]);
});
