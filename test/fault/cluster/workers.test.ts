import { join } from 'node:path';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { LEDGER_VARIABLE } from '../../../cli/chaos/ledger.ts';
import { buildCli, CliProcess, ROOT } from '../../integration/cli-process.ts';
import { RedisServer } from '../../redis/redis-server.ts';
import { Cluster, EXECUTIONS, TEST_MS_MAX, times } from './cluster.ts';

const WORKERS = 2;
const KILLS = times(2);

beforeAll(buildCli);
vi.setConfig({ testTimeout: TEST_MS_MAX });

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

async function startWorker(redisUrl: string, ledger: string): Promise<CliProcess> {
  const args = ['--redis', redisUrl, '--functions', join(ROOT, 'dist/cli/chaos/functions'), '--lost-after', '2s'];
  const worker = new CliProcess(['worker', ...args], ROOT, { [LEDGER_VARIABLE]: ledger });
  teardown.push(() => worker.kill('SIGKILL'));
  await worker.says(/hosts /);
  return worker;
}

test('worker processes that are killed under load lose no attempt, and none has two results', async () => {
  const redis = await RedisServer.start();
  teardown.push(() => redis.stop());
  const cluster = new Cluster({ redis: () => redis.url, args: ['--tasks', 'queue'] });
  teardown.push(() => cluster.stop());
  await cluster.start();
  const start = (): Promise<CliProcess> => startWorker(redis.url, cluster.ledgerPath);
  const workers = await Promise.all(Array.from({ length: WORKERS }, start));
  cluster.load.begin();

  for (let kills = 0; kills < KILLS; kills++) {
    await cluster.accepts(EXECUTIONS / KILLS);
    const victim = cluster.dice.below(WORKERS);
    await workers[victim]?.kill('SIGKILL');
    workers[victim] = await start();
  }
  const problems = await cluster.verdict();

  cluster.tell(`workers killed ${KILLS} times`);
  expect(problems, cluster.logs()).toEqual([]);
});
