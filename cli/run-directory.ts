import { createHash, randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

/** Where `redstep run` keeps executions until they end, below the current directory. */
const RUNS = '.redstep/run';

/** The directory of all runs of one file: named after the file, and told from others of its name by its whole path. */
function runsOf(file: string): string {
  const digest = createHash('sha256').update(resolve(file)).digest('hex').slice(0, 8);
  return join(RUNS, `${basename(file).replace(/\..*$/, '')}-${digest}`);
}

/** A data directory for one run, not made yet. Later ones sort after earlier ones. */
export function newRunDirectory(file: string): string {
  const time = new Date().toISOString().replace(/[-:.]/g, '');
  return join(runsOf(file), `${time}-${randomUUID().slice(0, 8)}`);
}

/** Data directories of runs of the file that have not ended, newest first; some may belong to a process that lives. */
export async function openRunDirectories(file: string): Promise<string[]> {
  const runs = runsOf(file);
  const names = await readdir(runs).catch(() => []);
  return names
    .sort()
    .reverse()
    .map((name) => join(runs, name));
}

/** The run in it has ended, and has been told. */
export async function removeRunDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
}
