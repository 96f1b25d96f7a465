import type { CompiledState } from '../definition/program.ts';
import type { Json } from '../json.ts';
import { placeResult } from './data-flow.ts';
import type { Draft, Failure } from './draft.ts';
import { matchesError } from './error-match.ts';
import type { Frame } from './execution.ts';
import { exitState } from './leave-state.ts';
import { Payload } from './payload.ts';

/** Leaves the state by the first catcher that takes the failure. @returns false if none does. */
export function catchFailure(draft: Draft, frame: Frame, state: CompiledState, failure: Failure): boolean {
  const catcher = state.catch.find((entry) => matchesError(entry.errorEquals, failure));
  if (catcher === undefined) return false;
  const errorOutput = errorOutputOf(failure);
  const scope = draft.scope.at(frame, state.flow.jsonata ? frame.input.value : errorOutput);
  scope.errorOutput = errorOutput;
  const assigned = catcher.assign === undefined ? undefined : Payload.ofValue(catcher.assign(scope));
  const output = state.flow.jsonata
    ? Payload.ofValue(catcher.output === undefined ? errorOutput : catcher.output(scope))
    : placeResult(frame.input, Payload.ofValue(errorOutput), catcher.resultPath);
  exitState(draft, frame, output, assigned, catcher.next);
  return true;
}

/** What a catcher is given: both members, null where the failure has none. */
function errorOutputOf({ error, cause }: Failure): Json {
  return { Error: error ?? null, Cause: cause ?? null };
}
