import type { CompiledWait } from '../../definition/program.ts';
import { StatesError } from '../../states-error.ts';
import { effectiveInput } from '../data-flow.ts';
import type { Draft } from '../draft.ts';
import type { Frame } from '../execution.ts';
import { readTimestamp, readWaitSeconds } from '../field.ts';
import { leaveState } from '../leave-state.ts';

/** Longest wait in seconds: AWS counts them in 32 bits ("Wait state delay is too long" from the 24,856th day on). */
const WAIT_SECONDS_MAX = 2 ** 31 - 1;

export function enterWait(draft: Draft, frame: Frame, state: CompiledWait): void {
  const scope = draft.scope.at(frame, effectiveInput(draft, frame, state.flow).value);
  const { until } = state;
  const dueMs =
    until.kind === 'seconds'
      ? draft.nowMs + readWaitSeconds(until.field, state, scope) * 1000
      : readTimestamp(until.field, state, scope);
  if (dueMs - draft.nowMs > WAIT_SECONDS_MAX * 1000) {
    throw new StatesError('States.Runtime', 'Wait state delay is too long.');
  }
  if (dueMs <= draft.nowMs) return leaveWait(draft, frame, state);
  draft.timerSet(frame, dueMs);
}

export function leaveWait(draft: Draft, frame: Frame, state: CompiledWait): void {
  leaveState(draft, frame, state, effectiveInput(draft, frame, state.flow), undefined);
}
