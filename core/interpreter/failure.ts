import type { CompiledState } from '../definition/program.ts';
import { CAUSE_LENGTH_MAX } from '../limits.ts';
import { StatesError } from '../states-error.ts';
import { catchFailure } from './catch.ts';
import type { Draft, Failure } from './draft.ts';
import { endExecution } from './end-execution.ts';
import { childrenOf, type Frame, type HeldFailure } from './execution.ts';
import { retryFailure } from './retry.ts';

/**
 * Runs a piece of a state's work; an error that an execution can see becomes the state's failure, anything else is a
 * programmer's and ends the turn.
 */
export function attempt(draft: Draft, frame: Frame, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof StatesError)) throw error;
    if (!hold(draft, frame, error, false)) failState(draft, frame, raised(draft, frame, error, frame.enteredEventId));
  }
}

/** A branch learns from its root what the id of an event is: until then a failure that must name one waits. */
function hold(draft: Draft, frame: Frame, error: StatesError, final: boolean): boolean {
  if (draft.execution.branch === undefined) return false;
  draft.failureHeld(frame, { error: error.error, reason: error.reason, location: error.location, final });
  return true;
}

/** The event that entered the state has an id. */
export function endHold(draft: Draft, frame: Frame, held: HeldFailure, enteredEventId: number): void {
  const failure = raised(draft, frame, held, enteredEventId);
  if (held.final) failBranch(draft, frame, failure);
  else failState(draft, frame, failure);
}

/** AWS names the state, and the event that entered it, in front of every error of its own. */
function raised(draft: Draft, frame: Frame, error: Omit<HeldFailure, 'final'>, enteredEventId: number): Failure {
  const name = frame.state?.name ?? '';
  const where = `An error occurred while executing the state '${name}' (entered at the event id #${enteredEventId}).`;
  const cause = `${where} ${error.reason}`.slice(0, CAUSE_LENGTH_MAX);
  if (frame.state?.flow.jsonata && error.error === 'States.QueryEvaluationError') {
    draft.evaluationFailed(frame, error.error, cause, error.location);
  }
  return { error: error.error, cause, fatal: error.error === 'States.Runtime' };
}

/**
 * The state a frame is in has failed: it is tried again, or another state takes over, or its branch fails. A Map that
 * fails by itself may have iterations under way.
 */
export function failState(draft: Draft, frame: Frame, failure: Failure): void {
  const { state, lastEventId } = frame;
  for (const child of childrenOf(draft.execution, frame)) draft.childFailed(child, 'aborted', lastEventId);
  if (state === undefined) return failBranch(draft, frame, failure);
  if (!failure.fatal && retryFailure(draft, frame, state, failure)) return;
  if (!failure.fatal && (state.type === 'Map' || state.type === 'Parallel')) draft.fanOutFailed(frame);
  if (!failure.fatal && handOver(draft, frame, state, failure)) return;
  failBranch(draft, frame, failure);
}

/** Leaves the state by a catcher. One that fails itself, in its Output, Assign or ResultPath, catches nothing more. */
function handOver(draft: Draft, frame: Frame, state: CompiledState, failure: Failure): boolean {
  try {
    return catchFailure(draft, frame, state, failure);
  } catch (error) {
    if (!(error instanceof StatesError)) throw error;
    if (!hold(draft, frame, error, true)) failBranch(draft, frame, raised(draft, frame, error, frame.enteredEventId));
    return true;
  }
}

export function failBranch(draft: Draft, frame: Frame, failure: Failure): void {
  if (frame.parent !== undefined) {
    draft.failed.push({ frame, failure });
    return;
  }
  const cause = failure.cause === '' ? undefined : failure.cause;
  endExecution(draft, { status: 'FAILED', output: undefined, error: failure.error, cause });
}
