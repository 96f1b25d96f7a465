import type { Draft } from './draft.ts';
import type { ExecutionEnd } from './execution.ts';

/** Ends the execution whatever is under way: tasks are told that nobody waits for them any more. */
export function endExecution(draft: Draft, end: Omit<ExecutionEnd, 'atMs'>): void {
  for (const taskNumber of draft.execution.tasks.keys()) draft.effects.push({ type: 'CancelTask', taskNumber });
  draft.executionEnded(end);
}

export function stopExecution(draft: Draft, error: string | undefined, cause: string | undefined): void {
  endExecution(draft, { status: 'ABORTED', output: undefined, error, cause });
}

/** TimeoutSeconds of the machine has passed. */
export function failExecutionAtTimeout(draft: Draft): void {
  endExecution(draft, { status: 'TIMED_OUT', output: undefined, error: 'States.Timeout', cause: undefined });
}
