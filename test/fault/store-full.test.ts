import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { StoreChild } from '../store/child-process.ts';
import { createDirectory } from '../store/temporary-directory.ts';

/** A command in a mount namespace of its own, where DIRECTORY is a disk of 12 MiB: the journal takes 2. */
function onSmallDisk(directory: string): readonly string[] {
  const script = `mount -t tmpfs -o size=12m none ${directory} && exec "$0" "$@"`;
  return ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', script];
}

/** The disk of `child` is larger from now on. */
function extendDisk({ pid }: StoreChild, directory: string): void {
  const enter = ['nsenter', '--user', '--mount', '--preserve-credentials', '--target', String(pid)];
  const [program = '', ...args] = [...enter, 'mount', '-o', 'remount,size=64m', directory];
  const { status } = spawnSync(program, args);
  if (status !== 0) throw new RangeError('nsenter: the disk has not been extended');
}

function canMount(): boolean {
  const directory = createDirectory();
  const [program = '', ...args] = [...onSmallDisk(directory), 'true'];
  const { status } = spawnSync(program, args);
  rmSync(directory, { recursive: true });
  return status === 0;
}

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

function setup(): { readonly child: StoreChild; readonly directory: string } {
  const directory = createDirectory();
  mkdirSync(directory, { recursive: true });
  teardown.push(() => rmSync(directory, { recursive: true, force: true }));
  const child = new StoreChild(directory, { wrapper: onSmallDisk(directory) });
  teardown.push(() => child.kill());
  return { child, directory };
}

// Needs Linux, and leave to mount in a user namespace.
test.skipIf(!canMount())('a commit larger than the disk is refused whole, and a smaller one goes in', async () => {
  const { child } = setup();
  expect(await child.line()).toBe('open');
  expect(await child.ask('commit 1000')).toBe('committed 1');

  expect(await child.ask('commit 20000000')).toMatch(/^error StoreFull no room for the commit, nothing was written/);

  expect(await child.ask('check')).toBe('holds 1');
  expect(await child.ask('commit 1000')).toBe('committed 2');
  expect(await child.ask('check')).toBe('holds 2');
});

test.skipIf(!canMount())('a store that fills up keeps all it has, and goes on saying that it is full', async () => {
  const { child } = setup();
  expect(await child.line()).toBe('open');
  let committed = 0;
  while ((await child.ask('commit 200000')) === `committed ${committed + 1}`) committed++;

  expect(committed).toBeGreaterThan(5);
  for (let attempt = 0; attempt < 3; attempt++) expect(await child.ask('commit 900000')).toMatch(/^error StoreFull/);
  expect(await child.ask('check')).toBe(`holds ${committed}`);
});

test.skipIf(!canMount())('a store that was full goes on when there is room, with all it had', async () => {
  const { child, directory } = setup();
  expect(await child.line()).toBe('open');
  let committed = 0;
  while ((await child.ask('commit 200000')) === `committed ${committed + 1}`) committed++;

  extendDisk(child, directory);

  for (let more = 0; more < 20; more++) expect(await child.ask('commit 200000')).toBe(`committed ${++committed}`);
  expect(await child.ask('check')).toBe(`holds ${committed}`);
});
