import type { CompiledParallel } from '../../definition/program.ts';
import { taskInput } from '../data-flow.ts';
import type { Draft } from '../draft.ts';
import type { Frame } from '../execution.ts';

export function enterParallel(draft: Draft, frame: Frame, state: CompiledParallel): void {
  draft.parallelStarted(frame, state.branches.length, taskInput(draft, frame, state.flow));
}
