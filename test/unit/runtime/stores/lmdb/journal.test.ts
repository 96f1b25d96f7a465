import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { Lease } from '../../../../../runtime/ports/store.ts';
import { Journal, JournalBroken } from '../../../../../runtime/stores/lmdb/journal.ts';
import { ENTRY_HEADER_BYTES } from '../../../../../runtime/stores/lmdb/journal-entry.ts';
import { createDirectory } from '../../../../store/temporary-directory.ts';

const disk = vi.hoisted(() => ({ flushError: undefined as Error | undefined }));
vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  fdatasyncSync: () => {
    if (disk.flushError !== undefined) throw disk.flushError;
  },
}));

const SEGMENT_BYTES = 16_384;
const LEASE: Lease = { partition: 0, holder: 'owner', epoch: 1, commitNumber: 0 };

const teardown: (() => void)[] = [];
afterEach(() => {
  disk.flushError = undefined;
  for (const undo of teardown.splice(0).reverse()) undo();
});

function setup(): { readonly directory: string; readonly journal: Journal; readonly reopen: () => Journal } {
  const directory = createDirectory();
  teardown.push(() => rmSync(directory, { recursive: true }));
  const reopen = (): Journal => {
    const options = { directory, segmentBytes: SEGMENT_BYTES, isFlushed: true, flushHereBytesMax: SEGMENT_BYTES };
    const journal = new Journal(options);
    teardown.push(() => journal.close());
    return journal;
  };
  const journal = reopen();
  journal.begin(LEASE);
  return { directory, journal, reopen };
}

function entry(content: string): Buffer {
  return Buffer.concat([Buffer.alloc(ENTRY_HEADER_BYTES), Buffer.from(content)]);
}

function contents(journal: Journal, lease: Lease): readonly string[] {
  return journal.read(lease).map(({ number, content }) => `${number} ${content}`);
}

test('what was appended to both segments is read in order, behind the last commit that was merged', async () => {
  const { journal, reopen } = setup();
  for (const number of [1, 2, 3]) await journal.append(number, entry(`commit ${number}`));
  journal.turn();
  for (const number of [4, 5]) await journal.append(number, entry(`commit ${number}`));

  const found = contents(reopen(), { ...LEASE, commitNumber: 2 });

  expect(found).toEqual(['3 commit 3', '4 commit 4', '5 commit 5']);
});

test('what a segment held before its turn is not read', async () => {
  const { journal, reopen } = setup();
  for (const number of [1, 2, 3]) await journal.append(number, entry(`commit ${number}`));
  journal.turn();
  await journal.append(4, entry('commit 4'));
  journal.turn();
  await journal.append(5, entry('commit 5'));

  const found = contents(reopen(), { ...LEASE, commitNumber: 3 });

  expect(found).toEqual(['4 commit 4', '5 commit 5']);
});

test.each([
  ['epoch', { epoch: 2 }],
  ['holder', { holder: 'another' }],
])('what a lease of another %s appended is not read', async (_, other) => {
  const { journal, reopen } = setup();
  await journal.append(1, entry('commit 1'));

  expect(contents(reopen(), { ...LEASE, ...other })).toEqual([]);
});

test('commits that are missing before others are not passed over', async () => {
  const { journal, reopen } = setup();
  for (const number of [4, 5]) await journal.append(number, entry(`commit ${number}`));

  expect(() => reopen().read({ ...LEASE, commitNumber: 2 })).toThrow(JournalBroken);
  expect(() => reopen().read({ ...LEASE, commitNumber: 2 })).toThrow(/commit 4 .* commit 3: restore all files/);
});

test('a segment has room until it is full, and an empty one for any entry', async () => {
  const { directory, journal, reopen } = setup();
  const long = entry('x'.repeat(3 * SEGMENT_BYTES));

  expect(journal.hasRoom(long.length)).toBe(true);
  await journal.append(1, long);

  expect(journal.hasRoom(1)).toBe(false);
  expect(contents(reopen(), LEASE)[0]?.length).toBe(`1 `.length + 3 * SEGMENT_BYTES);
  journal.turn();
  journal.turn();
  expect(statSync(join(directory, 'journal-0')).size).toBe(SEGMENT_BYTES);
});

test('after a flush that failed nothing is appended any more', async () => {
  const { journal } = setup();
  disk.flushError = new RangeError('the disk is gone');
  await expect(journal.append(1, entry('commit 1'))).rejects.toThrow('the disk is gone');
  disk.flushError = undefined;

  await expect(journal.append(1, entry('commit 1'))).rejects.toThrow('the disk is gone');
});
