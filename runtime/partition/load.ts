import type { Program } from '../../core/definition/program.ts';
import { earliestDue, type Execution, isActive } from '../../core/interpreter/execution.ts';
import { foldLog, readStartFacts } from '../../core/interpreter/fold.ts';
import type { StoredState } from '../actor/activation.ts';
import { machineKeyOfExecution } from '../actor/execution-key.ts';
import type { ExecutionEntry, Store } from '../ports/store.ts';
import { unpackTurns } from '../stores/record-codec.ts';

/** Finds the program of a revision; compiled ones are kept. */
export type ProgramOf = (revisionId: string) => Promise<Program>;

export interface LoadedExecution {
  readonly execution: Execution;
  readonly stored: StoredState;
}

/** Folds an execution from its log. Undefined: there is no such execution. */
export async function loadExecution(
  store: Store,
  executionKey: string,
  programOf: ProgramOf,
): Promise<LoadedExecution | undefined> {
  const chunks = await store.readLog(executionKey);
  const tail = chunks?.at(-1);
  if (chunks === undefined || tail === undefined) return undefined;
  const turns = unpackTurns(chunks);
  const program = await programOf(readStartFacts(turns[0] ?? []).revisionId);
  const execution = foldLog(program, turns);
  const entry = entryOf(executionKey, execution);
  return { execution, stored: { entry, wakeMs: wakeMsOf(execution), chunks: chunks.length, tail } };
}

/** When the store must wake the execution: 0 while somebody here owes it a message, undefined once it is over. */
export function wakeMsOf(execution: Execution): number | undefined {
  if (execution.end !== undefined) return undefined;
  return isActive(execution) ? 0 : earliestDue(execution);
}

export function entryOf(executionKey: string, execution: Execution): ExecutionEntry {
  return {
    executionKey,
    machineKey: machineKeyOfExecution(executionKey),
    status: execution.end?.status ?? 'RUNNING',
    startMs: execution.startMs,
    stopMs: execution.end?.atMs,
  };
}
