import { toError } from '../core/to-error.ts';

/**
 * What is stored cannot be made into what it stands for: a log with something in it that is no event, a definition that
 * this version refuses, a record of a later one. It concerns what was read and nothing else; it stays as it is, for
 * somebody to look at, or for a version that can read it.
 */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** Runs `read`, which makes something of what is stored as `what`. @throws {Unreadable} with what it threw as the cause */
export function readStored<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable(`${what} cannot be read: ${toError(error).message}`, { cause: error });
  }
}
