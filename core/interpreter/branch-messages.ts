import type { Draft } from './draft.ts';
import { endExecution } from './end-execution.ts';
import { isBusy } from './execution.ts';
import { endHold } from './failure.ts';
import type { Message } from './messages.ts';

/** The root has taken the branch's log over, up to some entry: failures that waited for ids of events go on. */
export function takeAcknowledgement(draft: Draft, message: Extract<Message, { type: 'ProgressTaken' }>): void {
  const { execution } = draft;
  const ids = new Map(message.ids);
  for (const frame of [...execution.frames.values()]) {
    const id = ids.get(frame.enteredEventId);
    if (frame.held !== undefined && id !== undefined && execution.frames.has(frame.id))
      endHold(draft, frame, frame.held, id);
  }
  const { branch, entryCount } = execution;
  // Written down only where the branch could leave memory then: what is owed is asked for again otherwise.
  if (branch === undefined || branch.acknowledged === entryCount || message.taken < entryCount) return;
  if (!isBusy(execution)) draft.branchAcknowledged(branch);
}

/** Nobody waits for the branch any more: whatever it does, it ends. */
export function release(draft: Draft): void {
  const { branch, end } = draft.execution;
  if (branch === undefined || branch.released) return;
  if (end === undefined)
    endExecution(draft, { status: 'ABORTED', output: undefined, error: undefined, cause: undefined });
  draft.branchReleased(branch);
}
