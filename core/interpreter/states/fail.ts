import type { CompiledFail } from '../../definition/program.ts';
import type { Draft } from '../draft.ts';
import type { Frame } from '../execution.ts';
import { failBranch } from '../failure.ts';
import { readText } from '../field.ts';

/** Fail takes no Retry and no Catch of its own: its error is its branch's. */
export function enterFail(draft: Draft, frame: Frame, state: CompiledFail): void {
  const scope = draft.scope.at(frame, frame.input.value);
  const error = state.error === undefined ? undefined : readText(state.error, state, scope);
  const cause = state.cause === undefined ? undefined : readText(state.cause, state, scope);
  failBranch(draft, frame, { error, cause, fatal: false });
}
