import type { CompiledTask } from '../../definition/program.ts';
import { exceedsUtf8 } from '../../json.ts';
import { PAYLOAD_BYTES_MAX, SECONDS_MAX } from '../../limits.ts';
import { StatesError } from '../../states-error.ts';
import { taskInput } from '../data-flow.ts';
import type { Draft } from '../draft.ts';
import type { Frame, TaskAttempt } from '../execution.ts';
import { readSeconds } from '../field.ts';

/**
 * Schedules an attempt. The event that tells it has started is recorded with it: the attempt is dispatched as soon as
 * both are durable.
 */
export function enterTask(draft: Draft, frame: Frame, state: CompiledTask): void {
  const attempt = attemptOf(draft, frame, state);
  draft.taskScheduled(frame, state, attempt);
  if (state.resource.kind !== 'activity') draft.taskStarted(frame, state);
}

function attemptOf(draft: Draft, frame: Frame, state: CompiledTask): TaskAttempt {
  const input = taskInput(draft, frame, state.flow);
  if (input.number === 0 && exceedsUtf8(input.text, PAYLOAD_BYTES_MAX)) {
    throw new StatesError(
      'States.DataLimitExceeded',
      `The state/task '${state.name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  }
  const limits = { min: 1, max: SECONDS_MAX };
  const scope = () => draft.scope.at(frame, frame.input.value);
  return {
    input,
    timeoutSeconds: state.timeoutSeconds && readSeconds(state.timeoutSeconds, state, scope(), limits),
    heartbeatSeconds: state.heartbeatSeconds && readSeconds(state.heartbeatSeconds, state, scope(), limits),
    credentials: state.credentials && JSON.stringify(state.credentials(scope())),
  };
}
