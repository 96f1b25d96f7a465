import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openLmdbStore } from '../../runtime/stores/lmdb/lmdb-store.ts';
import { StoreChild } from '../store/child-process.ts';
import { checkLoad } from '../store/store-load.ts';
import { createDirectory } from '../store/temporary-directory.ts';
import { canSeeFlushes, type PageFate, PowerCut } from './power-cut.ts';

const FILES = ['data.mdb', 'journal-0', 'journal-1'] as const;
/** Two of the commits below fill a segment: every third one begins a merge. */
const SEGMENT_BYTES = 16_384;
const COMMIT_BYTES = 7_000;
const FLUSH_HERE_BYTES_MAX = 1e9;

/** Runs a process under strace, which acts on its calls of some kinds. */
function tracer(calls: string, ...actions: readonly string[]): readonly string[] {
  return ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${calls}`, ...actions];
}

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

function setup(options: (directory: string) => ConstructorParameters<typeof StoreChild>[1]): {
  readonly directory: string;
  readonly child: StoreChild;
} {
  const directory = createDirectory();
  const child = new StoreChild(directory, options(directory));
  teardown.push(
    () => rmSync(directory, { recursive: true, force: true }),
    () => child.kill(),
  );
  return { directory, child };
}

test.skipIf(!canTrace())('a commit resolves when its flush has ended, and not before', async () => {
  const delayMs = 2_000;
  const delay = `inject=fdatasync:delay_enter=${delayMs * 1_000}`;
  const { child } = setup(() => ({ wrapper: tracer('fdatasync', '-e', delay) }));
  expect(await child.line()).toBe('open');

  const sentMs = performance.now();
  child.send('commit 100');
  for (let turn = 0; turn < 50; turn++) expect(await child.ask('ping'), 'the flush is held').toBe('pong');

  expect(await child.line()).toBe('committed 1');
  expect(performance.now() - sentMs, 'the flush has been waited for').toBeGreaterThanOrEqual(delayMs);
});

// A merge writes pages of data.mdb (writev, pwrite64), flushes them, and writes the meta page (pwrite64). strace counts
// for each thread; lesser numbers are reached while the store is opened.
test
  .skipIf(!canTrace() || !canSeeFlushes())
  .each([
    ...[3, 4, 5, 6].map((nth) => ['writev', nth, 'data.mdb', 0] as const),
    ...[6, 7, 8, 9].map((nth) => ['pwrite64', nth, 'data.mdb', 0] as const),
    ...[4, 5, 6].map((nth) => ['fdatasync', nth, 'data.mdb', FLUSH_HERE_BYTES_MAX] as const),
    ...[2, 3, 4, 5].map((nth) => ['pwrite64', nth, 'journal-0', 0] as const),
    ...[1, 2, 3, 4].map((nth) => ['fdatasync', nth, 'journal-0', 0] as const),
    ...[1, 2, 3, 4].map((nth) => ['fdatasync', nth, 'journal-1', FLUSH_HERE_BYTES_MAX] as const),
  ])(
  'what is flushed when the power goes, at %s number %i of %s, holds every commit that was acknowledged',
  async (call, nth, file, flushHereBytesMax) => {
    const kill = `inject=${call}:signal=SIGKILL:when=${nth}`;
    const { directory, child } = setup((path) => ({
      wrapper: tracer(call, '-P', join(path, file), '-e', kill),
      segmentBytes: SEGMENT_BYTES,
      flushHereBytesMax,
    }));
    expect(await child.line()).toBe('open');
    const powerCut = new PowerCut(directory, FILES);
    const acknowledged = await commitUntilKilled(child, powerCut);

    for (const [name, fateOf] of Object.entries(FATES)) {
      expect(await commitsIn(powerCut.imageNow(fateOf)), name).toBeGreaterThanOrEqual(acknowledged);
    }
  },
);

/** Resolves to how many commits were acknowledged. */
async function commitUntilKilled(child: StoreChild, powerCut: PowerCut): Promise<number> {
  powerCut.look();
  for (let acknowledged = 0; acknowledged < 40; acknowledged++) {
    const line = await child.ask(`commit ${COMMIT_BYTES}`);
    if (line === undefined) return acknowledged;
    expect(line).toBe(`committed ${acknowledged + 1}`);
    let unflushed = powerCut.look();
    expect(unflushed.filter((file) => file !== 'data.mdb')).toEqual([]);
    for (; unflushed.length > 0; unflushed = powerCut.look()) {
      if ((await child.ask('ping')) === undefined) return acknowledged + 1; // killed while it merged
    }
  }
  throw new RangeError('the call was not made');
}

const FATES: Readonly<Record<string, (page: number) => PageFate>> = {
  'every page torn': () => 'torn',
  'every page old': () => 'old',
  'every page new': () => 'new',
  'even pages new': (page) => (page % 2 === 0 ? 'new' : 'torn'),
  'odd pages new': (page) => (page % 2 === 1 ? 'new' : 'old'),
};

async function commitsIn(directory: string): Promise<number> {
  teardown.push(() => rmSync(directory, { recursive: true }));
  const store = openLmdbStore({ directory, durability: 'fsync', journalSegmentBytes: SEGMENT_BYTES });
  try {
    return await checkLoad(store);
  } finally {
    await store.close();
  }
}

function canTrace(): boolean {
  const [program = '', ...args] = [...tracer('fdatasync'), 'true'];
  return spawnSync(program, args).status === 0;
}
