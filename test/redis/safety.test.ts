import { Redis } from 'ioredis';
import { afterEach, expect, test } from 'vitest';
import { Fenced } from '../../runtime/ports/store.ts';
import { DataNotSafe } from '../../runtime/stores/redis/data-safety.ts';
import { SetUpDiffers } from '../../runtime/stores/redis/set-up.ts';
import { logText, StoreOwner } from '../store/store-owner.ts';
import { openOwnRedis } from './opened-redis.ts';
import { RedisServer, type RedisServerOptions } from './redis-server.ts';
import { waitUntil } from './wait-until.ts';

const LONG_MS = 600_000;

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

async function start(options: RedisServerOptions = {}): Promise<RedisServer> {
  const server = await RedisServer.start(options);
  teardown.push(() => server.stop());
  return server;
}

async function open(...[options]: Parameters<typeof openOwnRedis>): ReturnType<typeof openOwnRedis> {
  const opened = await openOwnRedis(options);
  teardown.push(() => opened.store.close());
  return opened;
}

/** A master and a replica that follows it. */
async function startPair(): Promise<{ master: RedisServer; replica: RedisServer }> {
  const master = await start();
  const replica = await start({ config: [`replicaof 127.0.0.1 ${master.port}`] });
  const admin = new Redis(master.port);
  teardown.push(() => admin.disconnect());
  await waitUntil('the replica follows', async () => (await admin.info('replication')).includes('state=online'));
  return { master, replica };
}

/** Whether `promise` is still open after what can be asked of Redis meanwhile has been answered. */
async function isOpenAfter(promise: Promise<unknown>, meanwhile: () => Promise<unknown>): Promise<boolean> {
  let isOpen = true;
  const close = (): void => {
    isOpen = false;
  };
  promise.then(close, close);
  await meanwhile();
  return isOpen;
}

test('nothing is said of a Redis that loses nothing', async () => {
  const { url } = await start();

  expect((await open({ url })).warnings).toEqual([]);
});

test.each([
  ['has no append-only file', { appendonly: false }, 'no append-only file'],
  ['may evict keys', { config: ['maxmemory-policy allkeys-lru'] }, 'maxmemory-policy allkeys-lru'],
  ['leaves flushing to the system', { config: ['appendfsync no'] }, 'appendfsync no'],
])('a Redis that %s is warned of, once', async (_, settings, words) => {
  const { url } = await start(settings);

  const { warnings } = await open({ url });

  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain(words);
});

test.each([
  ['always is refused of a Redis that flushes every second', 'always', {}],
  ['everysec is refused of a Redis without an append-only file', 'everysec', { appendonly: false }],
] as const)('fsync %s', async (_, fsync, settings) => {
  const { url } = await start(settings);

  await expect(open({ url, safety: { fsync } })).rejects.toThrow(DataNotSafe);
});

test('with fsync always, what was committed is there after kill -9', async () => {
  const server = await start({ appendfsync: 'always' });
  const { store } = await open({ url: server.url, safety: { fsync: 'always' } });
  const owner = await StoreOwner.take(store);
  await owner.commit([{ key: 'a', appended: 'one' }]);

  await server.kill('SIGKILL');
  await server.restart();

  await waitUntil('it is read', () => store.readLog('a').then(Boolean, () => false));
  expect(await logText(store, 'a')).toEqual(['one']);
});

test('with replicas, a commit counts once they have it, and not before', async () => {
  const { master, replica } = await startPair();
  const { store } = await open({ url: master.url, safety: { replicas: 1 } });
  const owner = await StoreOwner.take(store);
  const { partition, epoch, holder } = await owner.commit([{ key: 'a', appended: 'one ' }]);
  await store.renewLease({ partition, epoch, holder, commitNumber: 1 }, LONG_MS);
  replica.freeze();

  const committed = owner.commit([{ key: 'a', appended: 'two' }]);
  const isOpen = await isOpenAfter(committed, () =>
    waitUntil('Redis has it', async () => (await logText(store, 'a'))?.[0] === 'one two'),
  );
  replica.resume();
  await committed;

  expect(isOpen).toBe(true);
  expect(await logText(store, 'a')).toEqual(['one two']);
});

test('while a commit waits for its replicas, leases are renewed and logs are read', async () => {
  const { master, replica } = await startPair();
  const { store } = await open({ url: master.url, safety: { replicas: 1 } });
  const owner = await StoreOwner.take(store);
  const lease = await owner.commit([{ key: 'a', appended: 'one ' }]);
  await store.renewLease({ ...lease, commitNumber: 1 }, LONG_MS);
  const admin = new Redis(master.port);
  teardown.push(() => admin.disconnect());
  /** Which WAIT is blocked: how many have been called by then. Undefined: none is. */
  const waiting = async (): Promise<string | undefined> => {
    const calls = /^cmdstat_wait:calls=(\d+)/m.exec(await admin.info('commandstats'))?.[1] ?? '0';
    return /^blocked_clients:1\r?$/m.test(await admin.info('clients')) ? calls : undefined;
  };
  replica.freeze();
  const committed = owner.commit([{ key: 'a', appended: 'two' }]);

  await waitUntil('both are done within one WAIT', async () => {
    const before = await waiting();
    const isRenewed = await store.renewLease({ ...lease, commitNumber: 1 }, LONG_MS);
    const text = await logText(store, 'a');
    return before !== undefined && isRenewed && text?.[0] === 'one two' && before === (await waiting());
  });
  replica.resume();

  await committed;
});

test('an owner whose acknowledged commits a failover has lost is fenced, and the next one loads what is left', async () => {
  const { master, replica } = await startPair();
  const toMaster = await open({ url: master.url, keyPrefix: 'pair' });
  const owner = await StoreOwner.take(toMaster.store);
  await owner.commit([{ key: 'a', appended: 'one ' }]);
  const follower = new Redis(replica.port);
  teardown.push(() => follower.disconnect());
  await waitUntil('the replica has it', async () => (await follower.hget('{pair:0}L', 'number')) === '1');
  await follower.replicaof('NO', 'ONE');
  await owner.commit([{ key: 'a', appended: 'lost' }]);

  const { store } = await open({ url: replica.url, keyPrefix: 'pair' });

  await expect(store.commitTurns(owner.prepare([{ key: 'a', appended: 'more' }]))).rejects.toThrow(Fenced);
  expect(await logText(store, 'a')).toEqual(['one ']);
  expect((await store.acquireLease({ partition: 0, holder: 'n', nodeId: 'n', termMs: 0 }))?.commitNumber).toBe(1);
});

test('the number of partitions is fixed by who comes first', async () => {
  const { url } = await start();
  const { store } = await open({ url, keyPrefix: 'a', partitions: 4 });
  expect(store.partitionCount).toBe(4);

  expect((await open({ url, keyPrefix: 'a', partitions: undefined })).store.partitionCount).toBe(4);
  await expect(open({ url, keyPrefix: 'a', partitions: 8 })).rejects.toThrow(SetUpDiffers);
  await expect(open({ url, keyPrefix: 'b', partitions: 3 })).rejects.toThrow('a power of two');
});
