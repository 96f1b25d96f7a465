import { assertNever } from '../assert.ts';
import type { CompiledState } from '../definition/program.ts';
import type { Draft } from './draft.ts';
import { endIfHistoryIsFull } from './end-execution.ts';
import type { Frame } from './execution.ts';
import { attempt } from './failure.ts';
import { enterChoice } from './states/choice.ts';
import { enterFail } from './states/fail.ts';
import { enterMap } from './states/map.ts';
import { enterParallel } from './states/parallel.ts';
import { enterPass } from './states/pass.ts';
import { enterSucceed } from './states/succeed.ts';
import { enterTask } from './states/task.ts';
import { enterWait } from './states/wait.ts';

export function enterState(draft: Draft, frame: Frame, state: CompiledState): void {
  if (endIfHistoryIsFull(draft)) return;
  draft.stateEntered(frame, state);
  attempt(draft, frame, () => dispatch(draft, frame, state));
}

/** A retry's delay is over: the state begins its work anew, from the input it was entered with. */
export function redoState(draft: Draft, frame: Frame): void {
  const { state } = frame;
  if (state !== undefined) attempt(draft, frame, () => dispatch(draft, frame, state));
}

function dispatch(draft: Draft, frame: Frame, state: CompiledState): void {
  switch (state.type) {
    case 'Pass':
      return enterPass(draft, frame, state);
    case 'Task':
      return enterTask(draft, frame, state);
    case 'Choice':
      return enterChoice(draft, frame, state);
    case 'Wait':
      return enterWait(draft, frame, state);
    case 'Succeed':
      return enterSucceed(draft, frame, state);
    case 'Fail':
      return enterFail(draft, frame, state);
    case 'Parallel':
      return enterParallel(draft, frame, state);
    case 'Map':
      return enterMap(draft, frame, state);
    default:
      return assertNever(state);
  }
}
