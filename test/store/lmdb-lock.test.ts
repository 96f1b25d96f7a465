import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Store, StoreInUse } from '../../runtime/ports/store.ts';
import { openLmdbStore } from '../../runtime/stores/lmdb/lmdb-store.ts';
import { StoreChild } from './child-process.ts';
import { logText, StoreOwner, takeLease } from './store-owner.ts';
import { createDirectory } from './temporary-directory.ts';

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

function setup(): { directory: string; lock: string; open: () => Store; child: () => StoreChild } {
  const directory = createDirectory();
  teardown.push(() => rmSync(directory, { recursive: true, force: true }));
  const open = (): Store => {
    const store = openLmdbStore({ directory, durability: 'fsync' });
    teardown.push(() => store.close());
    return store;
  };
  const child = (): StoreChild => {
    const started = new StoreChild(directory);
    teardown.push(() => started.kill());
    return started;
  };
  return { directory, lock: join(directory, 'owner.lock'), open, child };
}

test('a second process is refused by the pid of the first, and told what to do', async () => {
  const { open, child } = setup();
  const store = open();

  const refusal = await child().line();

  expect(refusal).toMatch(/^error StoreInUse /);
  expect(refusal).toContain(`process ${process.pid}`);
  expect(refusal).toContain('stop that process first, or choose another data directory');
  await (await StoreOwner.take(store)).commit([{ key: 'a' }]);
});

test('a second store in the same process is refused, and the first goes on', async () => {
  const { open } = setup();
  const owner = await StoreOwner.take(open());

  expect(open).toThrow(StoreInUse);
  await owner.commit([{ key: 'a' }]);
});

test('the lock of a process that was killed is taken over, with all it committed', async () => {
  const { open, child } = setup();
  const first = child();
  expect(await first.line()).toBe('open');
  expect(await first.ask('commit 9')).toBe('committed 1');
  await first.kill();

  const store = open();

  expect(await logText(store, 'e1')).toEqual(['1:xxxxxxx']);
  expect((await takeLease(store, 'next')).commitNumber).toBe(1);
});

test('closing gives the directory to the next process', async () => {
  const { lock, open, child } = setup();
  const first = child();
  await first.line();

  expect(await first.ask('close')).toBe('closed');

  expect(existsSync(lock)).toBe(false);
  open();
});

test('of processes that find the same stale lock, one takes it', async () => {
  const { child } = setup();
  const dead = child();
  await dead.line();
  await dead.kill();

  const lines = await Promise.all([child(), child(), child()].map((each) => each.line()));

  expect(lines.filter((line) => line === 'open')).toHaveLength(1);
  expect(lines.filter((line) => line?.startsWith('error StoreInUse'))).toHaveLength(2);
});

test('a pid that is used again is not taken for the owner', () => {
  const { lock, open } = setup();
  void open().close();
  forge(lock, { startedAt: '1' });

  expect(open).not.toThrow();
});

test('the lock of an earlier boot of this host is stale', () => {
  const { lock, open } = setup();
  forge(lock, { bootId: 'an earlier one' });

  expect(open).not.toThrow();
});

test('the lock of another host is kept, and the message says how to remove it', () => {
  const { lock, open } = setup();
  forge(lock, { bootId: 'another', host: 'elsewhere.example', pid: 4_242 });

  expect(open).toThrow(StoreInUse);
  expect(open).toThrow(`process 4242 on host elsewhere.example`);
  expect(open).toThrow(`remove ${lock}`);
});

test('a lock of which only a part was written is stale', () => {
  const { lock, open } = setup();
  writeFileSync(lock, '{"pid":');

  expect(open).not.toThrow();
});

/** A lock that this process might have written, but for `changes`. */
function forge(lock: string, changes: Record<string, unknown>): void {
  const directory = createDirectory();
  const store = openLmdbStore({ directory, durability: 'relaxed' });
  const own: object = JSON.parse(readFileSync(join(directory, 'owner.lock'), 'utf8'));
  teardown.push(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });
  writeFileSync(lock, JSON.stringify({ ...own, ...changes }));
}
