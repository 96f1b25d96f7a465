import { assert } from '../assert.ts';
import { KIND } from '../history/event-kind.ts';
import type { LogEntry } from '../history/log-reader.ts';
import { blockOf, type Execution, Frame, isSpread } from './execution.ts';
import { Payload } from './payload.ts';

/** Nothing here asks for the inputs of frames that run elsewhere. */
const NOT_KEPT = Payload.ofText('null');

/**
 * How an entry of a spread branch's log changes its root, which keeps of the branch's frames what their end asks for:
 * where they are, the state they are in, their last event. All numbers are the root's. The end of the branch itself
 * is a child's as any other (`applyStateExited`).
 */
export function applyElsewhere(
  execution: Execution,
  frame: Frame,
  entry: Pick<LogEntry, 'kind' | 'id' | 'afterId' | 'value'>,
): void {
  const { kind, id, afterId } = entry;
  switch (kind) {
    case KIND.StateEntered:
      frame.state = execution.program.states.get(String(entry.value(1)));
      break;
    case KIND.StateExited:
      frame.state = undefined;
      if (entry.value(4) === null && frame.parent?.state?.type === 'Parallel') execution.frames.delete(frame.id);
      break;
    case KIND.ParallelStateStarted:
      for (let i = 0; i < Number(entry.value(0)); i++) startElsewhere(execution, frame, i, id);
      break;
    case KIND.MapIterationStarted:
      startElsewhere(execution, frame, Number(entry.value(1)), id);
      return; // as in the frame's own execution
    case KIND.MapIterationSucceeded:
    case KIND.ChildDropped:
      execution.frames.delete(frame.id);
      break;
    case KIND.MapStateSucceeded:
    case KIND.ParallelStateSucceeded:
      frame.lastEventId = afterId;
      return;
  }
  if (kind !== KIND.ChildDropped) frame.lastEventId = id;
}

/** Whether an entry is about a branch's own frame as a child: the root decides that, wherever the branch runs. */
export function endsBranch(entry: Pick<LogEntry, 'kind' | 'value'>, frame: Frame): boolean {
  if (!isSpread(frame)) return false;
  const { kind } = entry;
  return (
    kind === KIND.MapIterationSucceeded ||
    kind === KIND.ChildDropped ||
    (kind === KIND.StateExited && entry.value(4) === null)
  );
}

/** A turn of a branch begins in the root's log, and tells how far the branch's log is then taken over. */
export function openBranchTurn(execution: Execution, { spread }: Frame, entry: LogEntry): void {
  assert(spread !== undefined, 'the frame is that of a branch that runs elsewhere');
  spread.openTurn(entry.number(3), {
    eventId: entry.id,
    payloads: execution.payloadCount,
    frames: execution.lastFrameId,
  });
  spread.taken = entry.number(2);
  spread.payloads = entry.number(4);
  spread.frames = entry.number(5);
}

function startElsewhere(execution: Execution, parent: Frame, index: number, id: number): void {
  const child = new Frame(++execution.lastFrameId, parent, blockOf(parent.state, index), index, NOT_KEPT);
  child.spread = parent.spread;
  child.lastEventId = id;
  execution.frames.set(child.id, child);
}
