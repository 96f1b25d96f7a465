import type { CompiledState } from '../definition/program.ts';
import { exceedsUtf8 } from '../json.ts';
import { PAYLOAD_BYTES_MAX } from '../limits.ts';
import type { Query } from '../query/query-scope.ts';
import { StatesError } from '../states-error.ts';
import { checkVariables } from './assign.ts';
import { evaluate, placeResult } from './data-flow.ts';
import type { Draft } from './draft.ts';
import { endExecution } from './end-execution.ts';
import type { Frame } from './execution.ts';
import { Payload } from './payload.ts';

/** What a state leaves with where it is not the state's own: a Choice's rule has its own Assign and Output. */
export interface Leaving {
  readonly next: CompiledState | undefined;
  readonly assign: Query | undefined;
  readonly output: Query | undefined;
}

/**
 * Leaves a state with its result: ResultSelector, ResultPath, OutputPath and Assign, or JSONata's Output and Assign,
 * and on to the next state. `result` undefined: the state has none, its input passes through.
 */
export function leaveState(
  draft: Draft,
  frame: Frame,
  state: CompiledState,
  input: Payload,
  result: Payload | undefined,
  leaving: Leaving = { next: state.next, assign: state.flow.assign, output: state.flow.output },
): void {
  const { flow } = state;
  if (flow.jsonata) {
    const scope = draft.scope.at(frame, frame.input.value);
    scope.result = result?.value;
    const assigned = leaving.assign === undefined ? undefined : Payload.ofValue(leaving.assign(scope));
    const output = leaving.output === undefined ? (result ?? input) : evaluate(leaving.output, scope, result ?? input);
    return exitState(draft, frame, output, assigned, leaving.next);
  }
  let selected = result ?? input;
  if (flow.resultSelector !== undefined) {
    selected = evaluate(flow.resultSelector, draft.scope.at(frame, selected.value), selected);
  }
  const assigned =
    leaving.assign === undefined ? undefined : Payload.ofValue(leaving.assign(draft.scope.at(frame, selected.value)));
  const placed = result === undefined ? selected : placeResult(frame.input, selected, flow.resultPath);
  const output =
    leaving.output === undefined ? placed : evaluate(leaving.output, draft.scope.at(frame, placed.value), placed);
  exitState(draft, frame, output, assigned, leaving.next);
}

/** Records the exit and goes where it leads. */
export function exitState(
  draft: Draft,
  frame: Frame,
  output: Payload,
  assigned: Payload | undefined,
  next: CompiledState | undefined,
): void {
  if (output.number === 0 && exceedsUtf8(output.text, PAYLOAD_BYTES_MAX)) {
    throw new StatesError(
      'States.DataLimitExceeded',
      `The state/task '${frame.state?.name ?? ''}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  }
  if (assigned !== undefined) checkVariables(draft.execution, frame, assigned);
  draft.stateExited(frame, output, assigned, next);
  if (next !== undefined || frame.parent !== undefined) draft.ready.push(frame);
  else endExecution(draft, { status: 'SUCCEEDED', output, error: undefined, cause: undefined });
}
