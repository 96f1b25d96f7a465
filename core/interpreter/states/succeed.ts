import type { CompiledSucceed } from '../../definition/program.ts';
import { effectiveInput } from '../data-flow.ts';
import type { Draft } from '../draft.ts';
import type { Frame } from '../execution.ts';
import { leaveState } from '../leave-state.ts';

export function enterSucceed(draft: Draft, frame: Frame, state: CompiledSucceed): void {
  leaveState(draft, frame, state, effectiveInput(draft, frame, state.flow), undefined);
}
