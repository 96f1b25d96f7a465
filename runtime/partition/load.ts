import type { Program } from '../../core/definition/program.ts';
import { readBeginning } from '../../core/history/log-ends.ts';
import type { LogTurn } from '../../core/history/log-reader.ts';
import type { Execution } from '../../core/interpreter/execution.ts';
import { foldLog } from '../../core/interpreter/fold.ts';
import { entryOf, type StoredState, wakeMsOf } from '../actor/stored-state.ts';
import type { Store } from '../ports/store.ts';
import { unpackTurns } from '../stores/record-codec.ts';
import { readStored } from '../unreadable.ts';

/** Finds the program of a revision; compiled ones are kept. @throws {Unreadable} */
export type ProgramOf = (revisionId: string) => Promise<Program>;

export interface LoadedExecution {
  readonly execution: Execution;
  readonly stored: StoredState;
  readonly turns: readonly LogTurn[];
}

/** Folds an execution from its log. Undefined: there is no such execution. @throws {Unreadable} */
export async function loadExecution(
  store: Pick<Store, 'readLog'>,
  executionKey: string,
  machineKey: string,
  programOf: ProgramOf,
): Promise<LoadedExecution | undefined> {
  const chunks = await store.readLog(executionKey);
  const tail = chunks?.at(-1);
  if (chunks === undefined || tail === undefined) return undefined;
  const { turns, revisionId } = readStored(executionKey, () => {
    const turns = unpackTurns(chunks);
    return { turns, revisionId: readBeginning(turns[0] ?? []).facts.revisionId };
  });
  const program = await programOf(revisionId);
  const execution = readStored(executionKey, () => foldLog(program, turns));
  const entry = entryOf(executionKey, machineKey, execution);
  return {
    execution,
    turns,
    stored: {
      entry,
      wakeMs: wakeMsOf(execution),
      chunk: chunks.length - 1,
      chunkBytes: tail.length,
      logBytes: chunks.reduce((bytes, chunk) => bytes + chunk.length, 0),
      lastTurnMs: Number(turns.at(-1)?.[1] ?? 0),
    },
  };
}
