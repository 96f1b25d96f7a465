import { statfsSync } from 'node:fs';
import { constants } from 'node:os';
import { StoreFull } from '../../ports/store.ts';

const { ENOSPC, EDQUOT, EFBIG, EIO } = constants.errno;
const MDB_MAP_FULL = -30_792;
/** No space on the device, over quota, larger than this process may make a file, LMDB's map full: LMDB's codes, and Node's. */
const NO_ROOM: readonly unknown[] = [ENOSPC, EDQUOT, EFBIG, MDB_MAP_FULL, 'ENOSPC', 'EDQUOT', 'EFBIG'];
/** Below this much free space, in bytes, a write that was cut short was cut short by that. */
const FREE_MIN = 2 ** 20;

/** Why a transaction of LMDB in `directory` failed, as the port has it. */
export async function transactionFailure(error: unknown, directory: string): Promise<unknown> {
  return writeFailure(await reasonOf(error), directory);
}

/** Why a write to a file in `directory` failed, as the port has it. */
export function writeFailure(reason: unknown, directory: string): unknown {
  if (!(reason instanceof Error) || !('code' in reason)) return reason;
  // LMDB calls it an I/O error when the system takes a part of what it writes, as a full disk does.
  const isFull = NO_ROOM.includes(reason.code) || (reason.code === EIO && freeBytes(directory) < FREE_MIN);
  if (!isFull) return reason;
  return new StoreFull(`no room for the commit, nothing was written: ${reason.message}`, { cause: reason });
}

/** LMDB rejects with a general error, and gives the reason in a promise beside it. */
async function reasonOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (reason) {
    return reason;
  }
}

function freeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}
