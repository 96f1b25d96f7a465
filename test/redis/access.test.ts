import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Job, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterEach, expect, test } from 'vitest';
import { type Store, StoreUnavailable } from '../../runtime/ports/store.ts';
import { checkLoad, commitLoad } from '../store/store-load.ts';
import { logText, StoreOwner, text } from '../store/store-owner.ts';
import { createCertificates } from './certificates.ts';
import { openOwnRedis } from './opened-redis.ts';
import { RedisCluster } from './redis-cluster.ts';
import { findRedisPort } from './redis-port.ts';
import { RedisSentinels } from './redis-sentinels.ts';
import { RedisServer } from './redis-server.ts';
import { waitUntil } from './wait-until.ts';

const LONG_MS = 600_000;

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

async function start(config: readonly string[]): Promise<RedisServer> {
  const server = await RedisServer.start({ config });
  teardown.push(() => server.stop());
  return server;
}

async function open(...[options]: Parameters<typeof openOwnRedis>): ReturnType<typeof openOwnRedis> {
  const opened = await openOwnRedis(options);
  teardown.push(() => opened.store.close());
  return opened;
}

async function ownerForLong(store: Store): Promise<StoreOwner> {
  const owner = await StoreOwner.take(store);
  const { partition, epoch, holder, number } = owner.prepare([]);
  await store.renewLease({ partition, epoch, holder, commitNumber: number - 1 }, LONG_MS);
  return owner;
}

test('a password is taken from the URL, or beside it', async () => {
  const { port } = await start(['requirepass s%cr/t']);

  await open({ url: `redis://:s%25cr%2Ft@127.0.0.1:${port}` });
  await open({ url: `redis://127.0.0.1:${port}`, password: 's%cr/t' });
});

test('a wrong password is refused at once, with the reason', async () => {
  const { port } = await start(['requirepass secret']);

  await expect(open({ url: `redis://:wrong@127.0.0.1:${port}` })).rejects.toThrow('WRONGPASS');
  await expect(open({ url: `redis://127.0.0.1:${port}` })).rejects.toThrow(StoreUnavailable);
});

/** A user as docs/redis.md describes it, as a line of redis.conf. */
function documentedUser(name: string): string {
  const page = readFileSync(fileURLToPath(new URL('../../docs/redis.md', import.meta.url)), 'utf8');
  const line = page.split('\n').find((each) => each.startsWith(`user ${name} `)) ?? '';
  return line.replace('>SECRET', '>secret');
}

test('the user that docs/redis.md describes may do all that a node does, and no more', async () => {
  const { port } = await start([documentedUser('redstep')]);
  const url = `redis://redstep:secret@127.0.0.1:${port}`;

  const { store, mailboxes, membership, warnings } = await open({ url, keyPrefix: 'rs', safety: { replicas: 0 } });

  expect(warnings).toEqual([]);
  const owner = await ownerForLong(store);
  await owner.commit([{ key: 'a', wake: 9 }, { key: 'b' }], [['record', 'value']]);
  await owner.commit([{ key: 'a', wake: 'none' }]);
  await owner.commit([{ key: 'a', status: 'SUCCEEDED', stopMs: 5 }], [['record']]);
  expect(await logText(store, 'a')).toEqual(['...']);
  await store.listExecutions({ machineKey: 'machine', status: undefined, limit: 9, after: undefined });
  await store.readWakeUps({ partition: 0, untilMs: 99, limit: 9, after: undefined });
  await store.readRecords({ partition: 0, prefix: '', limit: 9, after: undefined });
  await store.readLeases();
  const stop = mailboxes.watch(0, () => undefined);
  await mailboxes.append(0, [Buffer.from('news')]);
  const [message] = await mailboxes.read({ partition: 0, after: undefined, limit: 9 });
  await mailboxes.remove(0, [message?.id ?? '']);
  stop();
  const node = { id: 'a', address: '', draining: false, startedMs: 0, version: '', format: 1 };
  await membership.heartbeat(node, LONG_MS);
  await membership.leave('a');
  await expect(open({ url, keyPrefix: 'another' })).rejects.toThrow('NOPERM');
});

test('the user that docs/redis.md describes for queues may do what BullMQ does', async () => {
  const { port } = await start([documentedUser('redstep-queues')]);
  const url = `redis://redstep-queues:secret@127.0.0.1:${port}`;
  const { openQueueClient } = await open({ url, keyPrefix: 'rs' });
  const connection = openQueueClient();
  teardown.push(() => connection.disconnect());
  const queue = new Queue('greet', { connection, prefix: '{rs:task:greet}' });
  teardown.push(() => queue.close());
  const done = new Promise<unknown>((resolve, reject) => {
    const handle = async ({ data }: Job): Promise<void> => resolve(data);
    const worker = new Worker('greet', handle, { connection, prefix: '{rs:task:greet}' });
    worker.on('error', reject);
    teardown.push(() => worker.close());
  });

  await queue.add('greet', { name: 'Ada' });

  expect(await done).toEqual({ name: 'Ada' });
});

test('TLS is spoken to who is signed by the authority given, and to nobody else', async () => {
  const certificates = createCertificates();
  teardown.push(() => rmSync(certificates.directory, { recursive: true }));
  const port = await findRedisPort();
  await start(certificates.config(port));
  const url = `rediss://127.0.0.1:${port}`;

  const { store } = await open({ url, tlsCa: certificates.ca });

  const owner = await StoreOwner.take(store);
  await owner.commit([{ key: 'a', appended: 'one' }]);
  expect(await logText(store, 'a')).toEqual(['one']);
  await expect(open({ url })).rejects.toThrow(/certificate/);
});

test('after a failover, commits go on at the new master that the Sentinels name', async () => {
  const set = await RedisSentinels.start();
  teardown.push(() => set.stop());
  const { store } = await open({ url: set.url, safety: { replicas: 1 } });
  const owner = await ownerForLong(store);
  await owner.commit([{ key: 'a', appended: 'one ' }]);
  const [first, second] = set.servers;
  const follower = new Redis(second?.port ?? 0);
  teardown.push(() => follower.disconnect());

  await first?.kill('SIGKILL');
  // The replica is the master now, and has none of its own: what is asked for is a replica's word.
  const committed = owner.commit([{ key: 'a', appended: 'two' }]);
  await waitUntil(
    'the new master has the commit',
    async () => (await logText(store, 'a').catch(() => []))?.[0] === 'one two',
  );
  await first?.restart();
  await waitUntil('the old one follows', async () => (await follower.info('replication')).includes('state=online'));
  await committed;

  expect(await logText(store, 'a')).toEqual(['one two']);
});

test('a node of a cluster is known as such by a plain URL', async () => {
  const cluster = await RedisCluster.start();
  teardown.push(() => cluster.stop());
  const { store } = await open({ url: cluster.servers[1]?.url ?? '', partitions: 8 });
  const owners = await Promise.all(Array.from({ length: 8 }, (_, i) => StoreOwner.take(store, `owner ${i}`, i)));

  await Promise.all(owners.map((owner) => owner.commit([], [['record', 'value']])));

  expect(text(await store.readRecord(6, 'record'))).toBe('value');
});

test('while a cluster moves the slot of a partition, its commits wait, and then go on where it is', async () => {
  const cluster = await RedisCluster.start();
  teardown.push(() => cluster.stop());
  const { store } = await open({ url: cluster.url, keyPrefix: 'moved' });
  const owner = await ownerForLong(store);
  for (let i = 0; i < 20; i++) await commitLoad(owner, 200);
  let commits: Promise<number> | undefined;

  await cluster.moveSlotOf('{moved:0}L', async () => {
    commits = commitLoad(owner, 200);
  });
  await commits;
  for (let i = 0; i < 20; i++) await commitLoad(owner, 200);

  expect(await checkLoad(store)).toBe(41);
});
