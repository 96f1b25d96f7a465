import { HISTORY_EVENTS_MAX } from '../limits.ts';
import type { Draft } from './draft.ts';
import { type ExecutionEnd, isSpread } from './execution.ts';
import { RELEASE } from './messages.ts';

/** Events that a single state can still add after the one that enters it; the last one is the execution's own end. */
const EVENTS_KEPT_FREE = 8;

/** Ends the execution whatever is under way: tasks are told that nobody waits for them any more. */
export function endExecution(draft: Draft, end: Omit<ExecutionEnd, 'atMs'>): void {
  const { tasks, frames } = draft.execution;
  for (const taskNumber of tasks.keys()) draft.effects.push({ type: 'CancelTask', taskNumber });
  for (const frame of frames.values()) {
    if (isSpread(frame)) draft.effects.push({ type: 'TellBranch', frameId: frame.id, message: RELEASE, kept: true });
  }
  draft.executionEnded(end);
}

export function stopExecution(draft: Draft, error: string | undefined, cause: string | undefined): void {
  endExecution(draft, { status: 'ABORTED', output: undefined, error, cause });
}

/** Whether the history has no room for another state. Express executions have none. */
export function isHistoryFull({ sink, execution }: Draft): boolean {
  return sink !== undefined && execution.lastEventId > HISTORY_EVENTS_MAX - EVENTS_KEPT_FREE;
}

/** @returns whether the history has no room for another state: the execution has then failed. */
export function endIfHistoryIsFull(draft: Draft): boolean {
  if (!isHistoryFull(draft)) return false;
  const cause = `The execution reached the maximum number of history events (${HISTORY_EVENTS_MAX}).`;
  endExecution(draft, { status: 'FAILED', output: undefined, error: 'States.Runtime', cause });
  return true;
}

/** TimeoutSeconds of the machine has passed. */
export function failExecutionAtTimeout(draft: Draft): void {
  endExecution(draft, { status: 'TIMED_OUT', output: undefined, error: 'States.Timeout', cause: undefined });
}
