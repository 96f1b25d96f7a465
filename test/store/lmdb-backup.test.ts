import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Backups } from '../../runtime/ports/backups.ts';
import type { Store } from '../../runtime/ports/store.ts';
import { openLmdbStore } from '../../runtime/stores/lmdb/lmdb-store.ts';
import { logText, StoreOwner } from './store-owner.ts';
import { createDirectory } from './temporary-directory.ts';

function freshDirectory(): string {
  const directory = createDirectory();
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function open(directory: string): Store & Backups {
  const store = openLmdbStore({ directory, durability: 'fsync', journalSegmentBytes: 8_192 });
  onTestFinished(() => store.close());
  return store;
}

test('a copy has what was committed before, also what was in the journal alone', async () => {
  const store = open(freshDirectory());
  const owner = await StoreOwner.take(store);
  await owner.commit([{ key: 'a', appended: 'one' }], [['r', 'value']]);
  const copy = join(freshDirectory(), 'copy');

  await store.backup(copy);
  await owner.commit([{ key: 'a', appended: 'two' }]);

  const restored = open(copy);
  expect(await logText(restored, 'a')).toEqual(['one']);
  expect(await logText(store, 'a')).toEqual(['onetwo']);
  await (await StoreOwner.take(restored)).commit([{ key: 'b', appended: 'goes on' }]);
  expect(await logText(restored, 'b')).toEqual(['goes on']);
});

test('commits go on while a copy is written, and each is in it as a whole or not at all', async () => {
  const store = open(freshDirectory());
  const owner = await StoreOwner.take(store);
  const pair = (i: number) => [`left ${i}`, `right ${i}`].map((key) => ({ key, appended: 'x'.repeat(2_000) }));
  for (let i = 0; i < 200; i++) await owner.commit(pair(i));
  const copy = join(freshDirectory(), 'copy');

  let written = false;
  const copied = store.backup(copy).then(() => {
    written = true;
  });
  let commits = 200;
  while (!written) await owner.commit(pair(commits++));
  await copied;

  const restored = open(copy);
  const { length } = await restored.listExecutions({
    machineKey: 'machine',
    status: undefined,
    limit: 9_999_999,
    after: undefined,
  });
  expect(length).toBeGreaterThanOrEqual(400);
  for (let i = 0; i < commits; i++) {
    const logs = await Promise.all([`left ${i}`, `right ${i}`].map((key) => restored.readLog(key)));
    expect(
      logs.map((log) => log !== undefined),
      `commit ${i}`,
    ).toEqual(Array(2).fill(i < length / 2));
  }
});

test('a directory that has something is left as it is', async () => {
  const store = open(freshDirectory());
  const directory = freshDirectory();
  writeFileSync(join(directory, 'mine'), '');

  await expect(store.backup(directory)).rejects.toMatchObject({ name: 'DirectoryNotEmpty' });

  expect(readdirSync(directory)).toEqual(['mine']);
});

test('a copy is one file, for the eyes of its owner alone', async () => {
  const store = open(freshDirectory());
  const copy = join(freshDirectory(), 'copy');

  await store.backup(copy);

  expect(readdirSync(copy)).toEqual(['data.mdb']);
  expect(statSync(join(copy, 'data.mdb')).mode & 0o777).toBe(0o600);
});

test('a store that closes lets a copy come to its end', async () => {
  const store = open(freshDirectory());
  const owner = await StoreOwner.take(store);
  await owner.commit([{ key: 'a', appended: 'one' }]);
  const copy = join(freshDirectory(), 'copy');

  const copied = store.backup(copy);
  await store.close();

  await copied;
  expect(await logText(open(copy), 'a')).toEqual(['one']);
});
