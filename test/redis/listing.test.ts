import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import type { ExecutionStatus } from '../../runtime/ports/store.ts';
import { StoreOwner } from '../store/store-owner.ts';
import { openOwnRedis } from './opened-redis.ts';
import { RedisServer } from './redis-server.ts';

const PARTITIONS = 4;
const STATUSES: readonly ExecutionStatus[] = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];
/** In each list, that is of one status on one partition. */
const LISTED = 100;
/** Far enough from each other for each to lie in a leaf of its own. */
const APART_MS = 1_000;

test('a page of all executions costs commands for what it shows, not for as much of every list', async () => {
  const redis = await RedisServer.start();
  onTestFinished(() => redis.stop());
  const { store } = await openOwnRedis({ url: redis.url, partitions: PARTITIONS });
  onTestFinished(() => store.close());
  const newest: string[] = [];
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const owner = await StoreOwner.take(store, `owner ${partition}`, partition);
    for (const [s, status] of STATUSES.entries()) {
      const changes = Array.from({ length: LISTED }, (_, i) => {
        const n = (i * PARTITIONS + partition) * STATUSES.length + s;
        newest[n] = `e${n}`;
        return { key: `e${n}`, status, startMs: n * APART_MS, wake: 'none' as const };
      });
      await owner.commit(changes);
    }
  }
  newest.reverse();
  const admin = new Redis(redis.port);
  onTestFinished(() => admin.disconnect());
  const reads = async (): Promise<number> =>
    Number(/^cmdstat_zrevrangebylex:calls=(\d+)/m.exec(await admin.info('commandstats'))?.[1] ?? 0);

  const before = await reads();
  const query = { machineKey: 'machine', status: undefined, limit: LISTED };
  const first = await store.listExecutions({ ...query, after: undefined });
  const last = first.at(-1);
  const second = await store.listExecutions({ ...query, after: last });
  const commands = (await reads()) - before;

  const shown = [...first, ...second].map(({ executionKey }) => executionKey);
  expect(shown).toEqual(newest.slice(0, 2 * LISTED));
  // All that each list could give to both pages would be 2 × 20 lists × 100 leaves.
  expect(commands).toBeLessThan(1_000);
});
