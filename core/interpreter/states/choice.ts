import type { CompiledChoice } from '../../definition/program.ts';
import { StatesError } from '../../states-error.ts';
import { effectiveInput } from '../data-flow.ts';
import type { Draft } from '../draft.ts';
import type { Frame } from '../execution.ts';
import { leaveState } from '../leave-state.ts';

/** The first rule that matches decides; its Assign and Output take the place of the state's. */
export function enterChoice(draft: Draft, frame: Frame, state: CompiledChoice): void {
  const input = effectiveInput(draft, frame, state.flow);
  const scope = draft.scope.at(frame, input.value);
  for (const branch of state.branches) {
    if (branch.matches(scope)) return leaveState(draft, frame, state, input, undefined, branch);
  }
  if (state.next === undefined) {
    throw new StatesError(
      'States.NoChoiceMatched',
      'Failed to transition out of the state. The state does not point to a next state.',
    );
  }
  leaveState(draft, frame, state, input, undefined);
}
