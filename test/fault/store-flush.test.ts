import { spawnSync } from 'node:child_process';
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { openLmdbStore } from '../../runtime/stores/lmdb/lmdb-store.ts';
import { StoreChild } from '../store/child-process.ts';
import { checkLoad } from '../store/store-load.ts';
import { createDirectory } from '../store/temporary-directory.ts';

const PAGE_BYTES = 4_096;
const META_PAGES = 2;
const DATA_FILE = 'data.mdb';

/** Runs a process under strace, which acts on its calls of some kinds. */
function tracer(calls: string, ...actions: readonly string[]): readonly string[] {
  return ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${calls}`, ...actions];
}

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

interface ChildOptions {
  readonly wrapper?: readonly string[];
  readonly smallCommitWritesMax?: number;
}

function setup(options: ChildOptions = {}): { directory: string; child: StoreChild } {
  const directory = createDirectory();
  const child = new StoreChild(directory, options);
  teardown.push(
    () => rmSync(directory, { recursive: true, force: true }),
    () => child.kill(),
  );
  return { directory, child };
}

test.skipIf(!canTrace())('a commit resolves when its flush has ended, and not before', async () => {
  const delayMs = 2_000;
  const delay = `inject=fdatasync:delay_enter=${delayMs * 1_000}`;
  const { child } = setup({ wrapper: tracer('fdatasync', '-e', delay) });
  expect(await child.line()).toBe('open');

  const sentMs = performance.now();
  child.send('commit 100');
  for (let turn = 0; turn < 50; turn++) expect(await child.ask('ping'), 'the flush is held').toBe('pong');

  expect(await child.line()).toBe('committed 1');
  expect(performance.now() - sentMs, 'the flush has been waited for').toBeGreaterThanOrEqual(delayMs);
});

// A commit writes three to six pages, flushes, and writes the meta page: these are moments in the second and third one.
// (strace counts for each thread; lesser numbers are reached while the store is opened.)
test
  .skipIf(!canTrace() || !canSeeFlushes())
  .each([
    ...[6, 7, 8, 9, 10, 11, 13].map((nth) => ['pwrite64', nth, "LMDB's", 0] as const),
    ...[4, 5].map((nth) => ['fdatasync', nth, "LMDB's", 0] as const),
    ...[9, 12, 15].map((nth) => ['pwrite64', nth, "the store's", 16] as const),
  ])(
  'what is flushed when the power goes, at %s number %i of %s thread, holds every commit that was acknowledged',
  async (call, nth, _thread, smallCommitWritesMax) => {
    const kill = `inject=${call}:signal=SIGKILL:when=${nth}`;
    const { directory, child } = setup({ wrapper: tracer(call, '-e', kill), smallCommitWritesMax });
    const path = join(directory, DATA_FILE);
    expect(await child.line()).toBe('open');
    let acknowledged = 0;
    let flushed = readFileSync(path);

    for (let line = await child.ask('commit 3000'); line !== undefined; line = await child.ask('commit 3000')) {
      expect(line).toBe(`committed ${++acknowledged}`);
      expect(acknowledged, 'the call was made').toBeLessThan(20);
      expect(unflushedPages(path)).toEqual([]);
      flushed = readFileSync(path);
    }

    const images = imagesWithout(unflushedPages(path), { flushed, written: readFileSync(path) });
    for (const image of images) expect(await commitsIn(image)).toBeGreaterThanOrEqual(acknowledged);
  },
);

/**
 * What a disk may hold when the power goes: a page that is written and not flushed may be anything. (One that shares its
 * folio of the page cache with such a page, and did not change, is flushed.) Meta pages are smaller than a sector and
 * come whole: the new one, or the old one.
 */
function imagesWithout(
  unflushed: readonly number[],
  { flushed, written }: { readonly flushed: Buffer; readonly written: Buffer },
): readonly Buffer[] {
  const image = Buffer.from(written);
  const old = Buffer.from(written);
  for (const page of unflushed) {
    const [start, end] = [page * PAGE_BYTES, (page + 1) * PAGE_BYTES];
    if (page < META_PAGES) flushed.copy(old, start, start, end);
    else if (!written.subarray(start, end).equals(flushed.subarray(start, end))) {
      image.fill(0xa5, start, end);
      old.fill(0xa5, start, end);
    }
  }
  return image.equals(old) ? [image] : [image, old];
}

async function commitsIn(image: Buffer): Promise<number> {
  const directory = createDirectory();
  teardown.push(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, DATA_FILE), image);
  const store = openLmdbStore({ directory, durability: 'fsync' });
  try {
    return await checkLoad(store);
  } finally {
    await store.close();
  }
}

function unflushedPages(file: string): readonly number[] {
  const script = fileURLToPath(new URL('./unflushed-pages.py', import.meta.url));
  const { status, stdout, stderr } = spawnSync('python3', [script, file], { encoding: 'utf8' });
  if (status !== 0) throw new RangeError(`unflushed-pages.py: ${stderr}`);
  return JSON.parse(stdout) as number[]; // the script prints an array of numbers
}

/** Whether pages that are not flushed can be told from others here: Linux 6.5, python3, a disk file system. */
function canSeeFlushes(): boolean {
  const directory = createDirectory();
  const path = join(directory, 'probe');
  const file = openSync(path, 'w');
  try {
    writeSync(file, Buffer.alloc(2 * PAGE_BYTES));
    const written = unflushedPages(path).length;
    fsyncSync(file);
    return written > 0 && unflushedPages(path).length === 0;
  } catch {
    return false;
  } finally {
    closeSync(file);
    rmSync(directory, { recursive: true });
  }
}

function canTrace(): boolean {
  const [program = '', ...args] = [...tracer('fdatasync'), 'true'];
  return spawnSync(program, args).status === 0;
}
