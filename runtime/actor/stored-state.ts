import { type Execution, earliestDue, isActive, isOver } from '../../core/interpreter/execution.ts';
import type { ExecutionEntry } from '../ports/store.ts';

/** What the store holds of an execution, beside its events. */
export interface StoredState {
  readonly entry: ExecutionEntry;
  readonly wakeMs: number | undefined;
  /** The last chunk of its log, and how many bytes it has. */
  readonly chunk: number;
  readonly chunkBytes: number;
  /** All chunks together. */
  readonly logBytes: number;
  /** When its last turn was decided, in ms since the epoch. */
  readonly lastTurnMs: number;
}

/** When the store must wake the execution: 0 while somebody here owes it a message, undefined once it is over. */
export function wakeMsOf(execution: Execution): number | undefined {
  if (isOver(execution)) return undefined;
  return isActive(execution) ? 0 : earliestDue(execution);
}

/** Its line in the listing; `before` itself where nothing of it has changed: the store then leaves its index alone. */
export function entryOf(
  executionKey: string,
  machineKey: string,
  { startMs, end }: Execution,
  before?: ExecutionEntry,
): ExecutionEntry {
  const status = end?.status ?? 'RUNNING';
  if (before?.status === status) return before;
  return { executionKey, machineKey, status, startMs, stopMs: end?.atMs };
}
