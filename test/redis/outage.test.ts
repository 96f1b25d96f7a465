import { Redis } from 'ioredis';
import { afterEach, expect, test } from 'vitest';
import { Fenced, type Lease, type Store, StoreFull, StoreUnavailable } from '../../runtime/ports/store.ts';
import { checkLoad, commitLoad } from '../store/store-load.ts';
import { logText, StoreOwner, text } from '../store/store-owner.ts';
import { openOwnRedis } from './opened-redis.ts';
import { RedisServer, type RedisServerOptions } from './redis-server.ts';
import { waitUntil } from './wait-until.ts';

const LONG_MS = 600_000;

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

async function setup(options: RedisServerOptions = {}): Promise<{
  server: RedisServer;
  store: Store;
  owner: StoreOwner;
  admin: Redis;
  warnings: readonly string[];
}> {
  const server = await RedisServer.start(options);
  teardown.push(() => server.stop());
  const { store, warnings } = await openOwnRedis({ url: server.url });
  teardown.push(() => store.close());
  const owner = await StoreOwner.take(store);
  await store.renewLease(leaseOf(owner), LONG_MS);
  const admin = new Redis(server.port, { retryStrategy: () => 20, maxRetriesPerRequest: null });
  admin.on('error', () => undefined); // the server goes and comes
  teardown.push(() => admin.disconnect());
  return { server, store, owner, admin, warnings };
}

function leaseOf(owner: StoreOwner): Lease {
  const { partition, epoch, holder, number } = owner.prepare([]);
  return { partition, epoch, holder, commitNumber: number - 1 };
}

test('a commit waits for a Redis that is away, and is there once', async () => {
  const { server, store, owner, warnings } = await setup();
  await owner.commit([{ key: 'a', appended: 'one ' }]);
  await server.kill('SIGTERM');

  const committed = owner.commit([{ key: 'a', appended: 'two' }]);
  await waitUntil('the store notices', () => warnings.length > 0);
  await server.restart();
  await committed;

  expect(await logText(store, 'a')).toEqual(['one two']);
  await waitUntil('the store says that it is back', () => warnings.at(-1)?.includes('is back') === true);
});

test('a commit whose connection is cut is there once, whenever the cut comes', async () => {
  const { store, owner, admin } = await setup();
  const cuts = 40;

  for (let cut = 0; cut < cuts; cut++) {
    const committed = commitLoad(owner, 2_000);
    if (cut % 2 === 0) await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await committed;
  }

  expect(await checkLoad(store)).toBe(cuts);
});

test('a commit goes on when a Redis that stood still does, also after its answers were given up', async () => {
  const { server, store, owner } = await setup();
  server.freeze();
  const committed = owner.commit([{ key: 'a', appended: 'one' }]);
  await expect(store.readLog('a')).rejects.toThrow(StoreUnavailable);

  server.resume();
  await committed;

  expect(await logText(store, 'a')).toEqual(['one']);
});

test('a commit is given up when its lease’s term ends before Redis is back', async () => {
  const { server, store, owner } = await setup();
  await store.renewLease(leaseOf(owner), 0);
  await server.kill('SIGKILL');

  await expect(owner.commit([{ key: 'a' }])).rejects.toThrow(Fenced);
});

test('a read of a Redis that is away is refused soon, and can be asked again', async () => {
  const { server, store, owner } = await setup();
  await owner.commit([{ key: 'a', appended: 'one' }]);
  await server.kill('SIGTERM');

  await expect(store.readLog('a')).rejects.toThrow(StoreUnavailable);

  await server.restart();
  await waitUntil('it is read', () => store.readLog('a').then(Boolean, () => false));
});

test('scripts that Redis has forgotten are sent again', async () => {
  const { store, owner, admin } = await setup();
  await owner.commit([{ key: 'a', appended: 'one ' }]);

  await admin.script('FLUSH');
  await owner.commit([{ key: 'a', appended: 'two' }]);

  expect(await logText(store, 'a')).toEqual(['one two']);
});

test('out of memory, what starts is refused whole, and what is under way goes on under the same number', async () => {
  const { store, owner, admin } = await setup();
  await owner.commit([{ key: 'old', appended: 'one ', wake: 0 }]);
  await admin.config('SET', 'maxmemory', '1');
  const progress = [{ key: 'old', appended: 'two', status: 'SUCCEEDED', stopMs: 9, wake: 'none' }] as const;

  await expect(owner.commit([...progress, { key: 'new' }])).rejects.toThrow(StoreFull);
  const accepted = { ...owner.prepare([], [['record', 'value']]), hasNewRecords: true };
  await expect(store.commitTurns(accepted)).rejects.toThrow(StoreFull);
  expect(await store.readLog('new')).toBeUndefined();
  expect(await logText(store, 'old')).toEqual(['one ']);
  await owner.commit(progress, [['noted', 'value']]);

  expect(await logText(store, 'old')).toEqual(['one two']);
  expect(text(await store.readRecord(0, 'noted'))).toBe('value');
  expect(await store.readRecord(0, 'record')).toBeUndefined();
  await admin.config('SET', 'maxmemory', '0');
  await owner.commit([{ key: 'new' }], [['record', 'value']]);
  expect(text(await store.readRecord(0, 'record'))).toBe('value');
});

test('out of memory, leases are kept and messages arrive', async () => {
  const { server, store, owner, admin } = await setup();
  const { mailboxes, membership, store: second } = await openOwnRedis({ url: server.url });
  teardown.push(() => second.close());
  await admin.config('SET', 'maxmemory', '1');

  expect(await store.renewLease(leaseOf(owner), LONG_MS)).toBe(true);
  await mailboxes.append(0, [Buffer.from('result')]);

  expect(await mailboxes.read({ partition: 0, after: undefined, limit: 9 })).toHaveLength(1);
  const node = { id: 'a', address: '', draining: false, startedMs: 0, version: '', format: 1 };
  expect((await membership.heartbeat(node, LONG_MS)).nodes).toEqual([node]);
});
