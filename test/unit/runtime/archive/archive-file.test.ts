import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ArchiveWriter, checkArchive, readArchive } from '../../../../runtime/archive/archive-file.ts';
import type { ArchiveItem } from '../../../../runtime/archive/archive-item.ts';
import { createDirectory } from '../../../store/temporary-directory.ts';
import { writeArchive } from './archived-store.ts';

const ITEMS: readonly ArchiveItem[] = [
  { type: 'record', key: 'machine/m', value: Buffer.from('a machine') },
  {
    type: 'execution',
    key: 'r:a:execution:m:one',
    status: 'RUNNING',
    startMs: 1_700_000_000_000,
    stopMs: undefined,
    chunks: [Buffer.alloc(3, 1), Buffer.alloc(5, 2)],
    deaths: 2,
  },
  { type: 'message', bytes: Buffer.alloc(0) },
];

test('an archive gives what was put into it, in its order', async () => {
  const archive = await writeArchive(ITEMS);

  const read: ArchiveItem[] = [];
  for await (const item of readArchive(archive)) read.push(item);

  expect(read).toEqual(ITEMS);
});

test('items that are larger than a block come back whole', async () => {
  const values = [3_000_000, 1, 1_048_576, 2_000_001].map((length, i) => Buffer.alloc(length, i));
  const archive = await writeArchive(values.map((value) => ({ type: 'record', key: 'k', value })));

  const lengths: number[] = [];
  for await (const item of readArchive(archive)) if (item.type === 'record') lengths.push(item.value.length);

  expect(lengths).toEqual(values.map(({ length }) => length));
});

test('an archive that was cut is refused, wherever that was', async () => {
  const { path } = await writeArchive(ITEMS);
  const whole = readFileSync(path);

  for (let length = 0; length < whole.length; length++) {
    writeFileSync(path, whole.subarray(0, length));
    await expect(checkArchive(path), `${length} bytes`).rejects.toMatchObject({ name: 'ArchiveDamaged' });
  }
});

test('an archive in which a byte is another is refused, whichever that is', async () => {
  const { path } = await writeArchive(ITEMS);
  const whole = readFileSync(path);

  for (let at = 0; at < whole.length; at++) {
    const altered = Buffer.from(whole);
    altered[at] = (altered[at] ?? 0) ^ 0x10;
    writeFileSync(path, altered);
    await expect(checkArchive(path), `byte ${at}`).rejects.toMatchObject({ name: 'ArchiveDamaged' });
  }
});

test('what follows the end of an archive is damage', async () => {
  const { path } = await writeArchive(ITEMS);
  writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(1)]));

  await expect(checkArchive(path)).rejects.toThrow(/follows its end/);
});

test('an archive of a newer version says so', async () => {
  const { path } = await writeArchive(ITEMS);
  const bytes = readFileSync(path);
  bytes.writeUInt16BE(2, 'redstep archive\n'.length);
  writeFileSync(path, bytes);

  await expect(checkArchive(path)).rejects.toThrow(/version 2.*upgrade/);
});

test('a file that is there is not written over', async () => {
  const path = join(createDirectory(), 'taken');
  writeFileSync(path, 'mine');

  await expect(ArchiveWriter.create(path, '0'.repeat(32))).rejects.toMatchObject({ code: 'EEXIST' });
  expect(readFileSync(path, 'utf8')).toBe('mine');
});

test('an archive is for the eyes of its owner alone', async () => {
  const { path } = await writeArchive(ITEMS);

  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('an archive that is given up leaves no file', async () => {
  const path = join(createDirectory(), 'given-up');
  const writer = await ArchiveWriter.create(path, '0'.repeat(32));

  await writer.giveUp();

  expect(() => statSync(path)).toThrow(/ENOENT/);
});
