import type { CompiledTask } from '../definition/program.ts';
import { exceedsUtf8 } from '../json.ts';
import { CAUSE_LENGTH_MAX, ERROR_LENGTH_MAX, PAYLOAD_BYTES_MAX } from '../limits.ts';
import type { Draft } from './draft.ts';
import type { Frame } from './execution.ts';
import { attempt, failState } from './failure.ts';
import { leaveState } from './leave-state.ts';
import type { Message } from './messages.ts';
import { Payload } from './payload.ts';

/** The first result of an attempt is taken; the frame waits for no task of that number afterwards. */
export function endTask(draft: Draft, message: Extract<Message, { type: 'TaskSucceeded' | 'TaskFailed' }>): void {
  const frame = draft.execution.tasks.get(message.taskNumber);
  const state = frame?.state;
  if (frame === undefined || state?.type !== 'Task') return;
  if (message.type === 'TaskFailed') {
    const error = message.error?.slice(0, ERROR_LENGTH_MAX);
    return failTask(draft, frame, state, error, message.cause?.slice(0, CAUSE_LENGTH_MAX));
  }
  if (exceedsUtf8(message.output, PAYLOAD_BYTES_MAX)) return failTaskOverLimit(draft, frame, state);
  const output = Payload.ofText(message.output);
  draft.taskSucceeded(frame, state, output);
  attempt(draft, frame, () => leaveState(draft, frame, state, frame.input, output));
}

function failTask(
  draft: Draft,
  frame: Frame,
  state: CompiledTask,
  error: string | undefined,
  cause: string | undefined,
): void {
  draft.taskFailed(frame, state, 'failed', error, cause);
  failState(draft, frame, { error, cause, fatal: false });
}

function failTaskOverLimit(draft: Draft, frame: Frame, state: CompiledTask): void {
  const who = state.resource.kind === 'service' ? state.resource.service : state.resourceArn;
  const cause = `The state/task '${who}' returned a result with a size exceeding the maximum number of bytes service limit.`;
  failTask(draft, frame, state, 'States.DataLimitExceeded', cause);
}

export function submitTask(draft: Draft, message: Extract<Message, { type: 'TaskSubmitted' }>): void {
  const frame = draft.execution.tasks.get(message.taskNumber);
  if (frame?.task === undefined || frame.task.submitted) return;
  draft.taskSubmitted(frame, Payload.ofText(message.output));
}

export function beatTask(draft: Draft, message: Extract<Message, { type: 'TaskHeartbeat' }>): void {
  const frame = draft.execution.tasks.get(message.taskNumber);
  if (frame?.task?.heartbeatMs !== undefined) draft.taskBeat(frame);
}

/**
 * TimeoutSeconds or HeartbeatSeconds have passed without a word. AWS records both as States.Timeout, without a cause;
 * a catcher is given an empty one.
 */
export function timeOutTask(draft: Draft, frame: Frame): void {
  const { state, task } = frame;
  if (state?.type !== 'Task' || task === undefined) return;
  draft.effects.push({ type: 'CancelTask', taskNumber: task.number });
  draft.taskFailed(frame, state, 'timed out', 'States.Timeout', undefined);
  const heartbeat = task.deadlineMs === undefined || draft.nowMs < task.deadlineMs;
  failState(draft, frame, { error: 'States.Timeout', cause: '', fatal: false, heartbeat });
}
