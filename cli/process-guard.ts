import { realpathSync } from 'node:fs';
import { note } from './output.ts';

/** Compiled functions lie in directories of this name (workers/functions/function-sources.ts). */
const COMPILED = 'redstep-functions-';

/**
 * Functions that run in this thread can throw where no call of theirs is on the stack: in a timer, in a promise that
 * nobody awaits. Such an error is told and the process goes on; one of our own ends it, and what is durable goes on
 * when it is started again.
 */
export function guardProcess(functionsDir: string | undefined, tell: (text: string) => void = note): void {
  const own = functionsDir === undefined ? undefined : realpathSync(functionsDir); // as traces have it
  const handle = (error: unknown): void => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const ofFunction =
      !(error instanceof Error) || text.includes(COMPILED) || (own !== undefined && text.includes(own));
    if (ofFunction && own !== undefined) {
      tell(`a function threw after it had returned, or outside of its call; it goes on: ${text}`);
      return;
    }
    tell(`redstep must end: ${text}`);
    process.exit(1);
  };
  process.on('uncaughtException', handle);
  process.on('unhandledRejection', handle);
}
