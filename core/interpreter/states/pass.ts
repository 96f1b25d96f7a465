import type { CompiledPass } from '../../definition/program.ts';
import { effectiveInput, taskInput } from '../data-flow.ts';
import type { Draft } from '../draft.ts';
import type { Frame } from '../execution.ts';
import { leaveState } from '../leave-state.ts';
import { Payload } from '../payload.ts';

export function enterPass(draft: Draft, frame: Frame, state: CompiledPass): void {
  if (state.flow.jsonata) return leaveState(draft, frame, state, frame.input, undefined);
  const result =
    state.result === undefined
      ? state.flow.parameters === undefined
        ? effectiveInput(draft, frame, state.flow)
        : taskInput(draft, frame, state.flow)
      : Payload.of(state.result.text, state.result.value);
  leaveState(draft, frame, state, frame.input, result);
}
