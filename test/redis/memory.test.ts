import { Redis } from 'ioredis';
import { afterEach, expect, test } from 'vitest';
import { nameHash } from '../../runtime/partition/name-hash.ts';
import { StoreOwner } from '../store/store-owner.ts';
import { openOwnRedis } from './opened-redis.ts';
import { RedisServer } from './redis-server.ts';

/** Of a finished execution of two tasks with small payloads, its history included. */
const BYTES_MAX = 1_500;
/** What the history of such an execution takes: two tasks, three payloads of 200 bytes. */
const LOG_BYTES = 1_080;
const EXECUTIONS = 10_000;
const GROUP = 64;

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

test('a finished execution of two tasks takes less than 1.5 KB of Redis, its history included', async () => {
  const server = await RedisServer.start();
  teardown.push(() => server.stop());
  const { store } = await openOwnRedis({ url: server.url });
  teardown.push(() => store.close());
  const admin = new Redis(server.port);
  teardown.push(() => admin.disconnect());
  const owner = await StoreOwner.take(store);
  const usedBytes = async (): Promise<number> =>
    Number(/^used_memory:(\d+)/m.exec(await admin.info('memory'))?.[1] ?? Number.NaN);
  const appended = 'x'.repeat(LOG_BYTES / 3);
  const before = await usedBytes();

  // As an engine writes them at 1,000 starts a second: each start, step and end in a commit with others.
  for (let from = 0; from < EXECUTIONS; from += GROUP) {
    const group = Array.from({ length: GROUP }, (_, i) => ({
      key: `us-east-1:123456789012:execution:orders:0199f3a1-8a2c-7d1e-9f00-${String(from + i).padStart(12, '0')}`,
      machineKey: 'us-east-1:123456789012:orders',
      startMs: 1_700_000_000_000 + from + i,
      appended,
    }));
    await owner.commit(group.map((each) => ({ ...each, wake: 0 })));
    await owner.commit(group);
    const stopMs = 1_700_000_000_050 + from;
    await owner.commit(group.map((each) => ({ ...each, status: 'SUCCEEDED', stopMs, wake: 'none' })));
  }

  expect(((await usedBytes()) - before) / EXECUTIONS).toBeLessThan(BYTES_MAX);
});

test('a name that stays taken takes less than 40 bytes of Redis', async () => {
  const NAMES = 300_000;
  const server = await RedisServer.start();
  teardown.push(() => server.stop());
  const { store } = await openOwnRedis({ url: server.url });
  teardown.push(() => store.close());
  const admin = new Redis(server.port);
  teardown.push(() => admin.disconnect());
  const owner = await StoreOwner.take(store);
  const usedBytes = async (): Promise<number> =>
    Number(/^used_memory:(\d+)/m.exec(await admin.info('memory'))?.[1] ?? Number.NaN);
  const before = await usedBytes();

  for (let from = 0; from < NAMES; from += 1_000) {
    const names = Array.from({ length: 1_000 }, (_, i) => ({
      hash: nameHash(`us-east-1:123456789012:execution:orders:order-${from + i}`),
      untilHour: 500_000,
    }));
    await owner.remove([], names);
  }

  expect(((await usedBytes()) - before) / NAMES).toBeLessThan(40);
});
