import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { checkArchive } from '../../runtime/archive/archive-file.ts';
import { importMark } from '../../runtime/archive/import-mark.ts';
import { openLmdbStore } from '../../runtime/stores/lmdb/lmdb-store.ts';
import { RedisServer } from '../redis/redis-server.ts';
import { takeLease } from '../store/store-owner.ts';
import { buildCli, emptyDirectory, redstep, startServer } from './cli-process.ts';
import { inDirectory, MovingDeployment, onRedis, type Place } from './moving-deployment.ts';

let redis: RedisServer;
beforeAll(async () => {
  buildCli();
  redis = await RedisServer.start();
});
afterAll(() => redis.stop());

test.each<[string, () => readonly [Place, Place, Place]]>([
  ['from a directory to Redis and back', () => [inDirectory(), onRedis(redis.url, 'a4', 4), inDirectory()]],
  [
    'from 8 partitions to 2 and to 16',
    () => [onRedis(redis.url, 'b8', 8), onRedis(redis.url, 'b2', 2), onRedis(redis.url, 'b16', 16)],
  ],
])('what is under way moves %s, and all of it ends', async (_, places) => {
  const [first, second, third] = places();
  const deployment = new MovingDeployment();

  await deployment.populate(first);
  await deployment.stop('SIGKILL');
  await deployment.move(first, second);
  await deployment.start(second);
  await deployment.expectHistories();
  await deployment.stop('SIGTERM');
  await deployment.move(second, third);
  await deployment.start(third, ['--placement', 'spread']);
  await deployment.expectHistories();

  await deployment.finish();
  await deployment.expectHistories();
});

async function exported(): Promise<string> {
  const data = join(emptyDirectory(), 'data');
  const file = join(emptyDirectory(), 'archive');
  const { server } = await startServer('start', ['--data', data], emptyDirectory());
  await server.kill('SIGTERM');
  const { code } = await redstep(['export', file, '--data', data]);
  expect(code).toBe(0);
  return file;
}

test('nothing is exported while a node runs, which is named', async () => {
  const { server, endpoint } = await startServer(
    'start',
    ['--redis', redis.url, '--redis-prefix', 'busy'],
    emptyDirectory(),
  );
  onTestFinished(() => void server.child.kill('SIGKILL'));
  const file = join(emptyDirectory(), 'archive');

  const { code, stderr } = await redstep(['export', file, '--redis', redis.url, '--redis-prefix', 'busy']);

  expect(code).toBe(2);
  expect(stderr).toContain(endpoint);
  expect(existsSync(file)).toBe(false);
});

test('nothing is exported from a directory that a server has; it says what can be done instead', async () => {
  const data = join(emptyDirectory(), 'data');
  const { server } = await startServer('start', ['--data', data], emptyDirectory());
  onTestFinished(() => void server.child.kill('SIGKILL'));

  const { code, stderr } = await redstep(['export', join(emptyDirectory(), 'archive'), '--data', data]);

  expect(code).toBe(2);
  expect(stderr).toContain('redstep backup');
});

test('where no deployment is, none is made', async () => {
  const data = join(emptyDirectory(), 'nothing');

  const file = join(emptyDirectory(), 'archive');
  const [here, there] = [
    await redstep(['export', file, '--data', data]),
    await redstep(['export', file, '--redis', redis.url, '--redis-prefix', 'nobody']),
  ];

  expect(here.stderr).toContain('has no data');
  expect(there.stderr).toContain("under the prefix 'nobody'");
  expect(existsSync(data)).toBe(false);
});

test('a file that is damaged is refused, and nothing is written', async () => {
  const file = await exported();
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.subarray(0, bytes.length - 3));
  const data = join(emptyDirectory(), 'data');

  const { code, stderr } = await redstep(['import', file, '--data', data]);

  expect(code).toBe(2);
  expect(stderr).toMatch(/damaged: it was cut/);
  expect(existsSync(data)).toBe(false);
});

test('nothing starts, and nothing is exported, where an import was cut; it can be begun again', async () => {
  const file = await exported();
  const { id } = await checkArchive(file);
  const data = join(emptyDirectory(), 'data');
  const store = openLmdbStore({ directory: data, durability: 'fsync' });
  const lease = await takeLease(store, 'importer');
  await store.commitTurns({ ...lease, number: 1, executions: [], records: [importMark({ archive: id, parts: 0 })] });
  await store.close();

  const started = await redstep(['start', '--port', '0', '--data', data]);
  const again = await redstep(['export', join(emptyDirectory(), 'archive'), '--data', data]);
  const imported = await redstep(['import', file, '--data', data]);
  const { server } = await startServer('start', ['--data', data], emptyDirectory());
  await server.kill('SIGTERM');

  for (const { code, stderr } of [started, again]) {
    expect(code).toBe(2);
    expect(stderr).toContain('an import has not come to its end');
  }
  expect(imported.code, imported.stderr).toBe(0);
});

test('an import into what is not empty is refused', async () => {
  const file = await exported();
  const data = join(emptyDirectory(), 'data');
  await redstep(['import', file, '--data', data]);

  const { code, stderr } = await redstep(['import', file, '--data', data]);

  expect(code).toBe(2);
  expect(stderr).toContain('something in it already');
});
