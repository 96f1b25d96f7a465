import { chmod, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DirectoryNotEmpty } from '../../ports/backups.ts';
import { flushDirectory } from './flush-directory.ts';

const DATA_FILE = 'data.mdb';
/** Where the copy is until it is whole: LMDB writes it under the name that an opening would look for. */
const ASIDE = 'unfinished';
/** For the owner's eyes: it holds what executions were given. */
const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * Has `data.mdb` copied into a directory. `copy` writes it into the one it is given.
 *
 * @throws {DirectoryNotEmpty}
 */
export async function copyData(directory: string, copy: (aside: string) => Promise<void>): Promise<void> {
  await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE });
  if ((await readdir(directory)).length > 0)
    throw new DirectoryNotEmpty(`${directory} is not empty: a copy has a directory of its own`);
  const aside = join(directory, ASIDE);
  await mkdir(aside);
  try {
    await copy(aside);
    const copied = join(aside, DATA_FILE);
    await chmod(copied, FILE_MODE);
    await flushFile(copied);
    await rename(copied, join(directory, DATA_FILE));
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  flushDirectory(directory);
}

async function flushFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
