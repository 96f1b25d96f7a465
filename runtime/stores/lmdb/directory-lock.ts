import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreInUse } from '../../ports/store.ts';
import { identifyProcess, type ProcessIdentity, whereabouts } from './process-identity.ts';

const LOCK_FILE = 'owner.lock';

/**
 * Makes this process the owner of a data directory: writes its identity to `owner.lock`. The lock of a process that is
 * gone is taken over. Call it inside an LMDB write transaction of the directory: of several processes that find the same
 * stale lock, one takes it, and the system frees the transaction's mutex of one that dies.
 *
 * @throws {StoreInUse} a process that may be alive has it.
 */
export function lockDirectory(directory: string): void {
  const path = join(directory, LOCK_FILE);
  const owner = readLock(path);
  const where = owner === undefined ? 'gone' : whereabouts(owner);
  if (owner !== undefined && where === 'here') {
    throw new StoreInUse(
      `${directory} is in use by process ${owner.pid}: stop that process first, or choose another data directory`,
    );
  }
  if (owner !== undefined && where === 'elsewhere') {
    throw new StoreInUse(
      `${directory} was last used by process ${owner.pid} on host ${owner.host}, which cannot be reached from here: ` +
        `if nothing runs there any more, remove ${path}`,
    );
  }
  // Written aside and renamed, so that whoever reads it reads all of it, also when this process dies here.
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, `${JSON.stringify(identifyProcess())}\n`);
  renameSync(aside, path);
}

/** Gives the directory back. Only its owner may. */
export function unlockDirectory(directory: string): void {
  rmSync(join(directory, LOCK_FILE), { force: true });
}

function readLock(path: string): ProcessIdentity | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text) as ProcessIdentity; // lockDirectory wrote it
  } catch {
    return undefined; // not written whole: the machine lost power just then
  }
}
