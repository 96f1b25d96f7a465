import { StoreFull } from '../../ports/store.ts';

/**
 * Errors of the system, and of LMDB, that mean there is no room: no space on the device, over quota, larger than the
 * process may make a file, no address space left to map the file again, LMDB's map full.
 */
const NO_ROOM = /ENOSPC|EDQUOT|EFBIG|MDB_MAP_FULL|No space left|quota exceeded|File too large|Cannot allocate memory/i;

/** Why a commit failed, as the port has it. LMDB gives the reason in a promise of its own, beside a general error. */
export async function commitFailure(error: unknown): Promise<unknown> {
  const reason = await reasonOf(error);
  if (!(reason instanceof Error) || !NO_ROOM.test(reason.message)) return reason;
  return new StoreFull(`no room for the commit, nothing was written: ${reason.message}`, { cause: reason });
}

async function reasonOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (reason) {
    return reason;
  }
}
