import { assertNever } from '../assert.ts';
import type { Program } from '../definition/program.ts';
import type { LogValue } from '../history/log-reader.ts';
import type { Host } from '../host.ts';
import { type BranchStart, openBranch } from './branch.ts';
import { release, takeAcknowledgement } from './branch-messages.ts';
import { Draft } from './draft.ts';
import type { Effect } from './effects.ts';
import { endExecution, failExecutionAtTimeout, stopExecution } from './end-execution.ts';
import { enterState, redoState } from './enter-state.ts';
import { Execution, type Frame, frameDue, isSpread, type StartFacts, timeoutMs } from './execution.ts';
import { attempt } from './failure.ts';
import { endChild, failChild, pumpMap } from './fan-out.ts';
import type { Message } from './messages.ts';
import { Payload } from './payload.ts';
import { leaveWait } from './states/wait.ts';
import { takeProgress } from './take-progress.ts';
import { beatTask, endTask, submitTask, timeOutTask } from './task-results.ts';

/** States entered in one step; what is left goes on in the next one, so that no execution holds up the others. */
const STATES_PER_STEP_MAX = 2_000;

/** What a step decided, beside the events it recorded. */
export interface Decision {
  readonly execution: Execution;
  readonly effects: readonly Effect[];
}

export interface StepOptions {
  /** The time of all events of the step, in ms since the epoch. */
  readonly nowMs: number;
  readonly host: Host;
  /**
   * Takes the events: one turn of a log (log-reader.ts), either empty or of the same time, which is then continued.
   * Undefined: no event is made.
   */
  readonly sink: LogValue[] | undefined;
}

/** Begins an execution and runs it until nothing more can go on. */
export function start(program: Program, facts: StartFacts, input: Payload, options: StepOptions): Decision {
  const execution = new Execution(program, facts, input, options.nowMs);
  const draft = begin(execution, options);
  draft.executionStarted();
  draft.ready.push(execution.root);
  return conclude(draft);
}

/** Begins an execution that is a branch of another. */
export function startBranch(program: Program, start: BranchStart, options: StepOptions): Decision {
  const draft = begin(openBranch(program, start, Payload.ofText(start.input)), options);
  draft.branchStarted(start);
  draft.ready.push(draft.execution.root);
  return conclude(draft);
}

/**
 * Decides what one message does to one execution, and runs it until nothing more can go on. Pure: same arguments,
 * same result, on any machine. The execution is changed in place, through `Draft` only; whoever cannot make the
 * events durable must drop it and fold it anew.
 *
 * A message that comes late, or a second time, changes nothing.
 */
export function step(execution: Execution, message: Message, options: StepOptions): Decision {
  const draft = begin(execution, options);
  if (execution.end === undefined) handle(draft, message);
  else if (message.type === 'BranchesProgressed') takeProgress(draft, message.branches);
  else if (message.type === 'Release') release(draft);
  return conclude(draft);
}

function begin(execution: Execution, { nowMs, host, sink }: StepOptions): Draft {
  if (sink?.length === 0) sink.push(execution.lastEventId + 1, nowMs);
  return new Draft(execution, nowMs, host, sink);
}

function conclude(draft: Draft): Decision {
  runReady(draft);
  return { execution: draft.execution, effects: draft.effects };
}

function handle(draft: Draft, message: Message): void {
  switch (message.type) {
    case 'TaskSucceeded':
    case 'TaskFailed':
      return endTask(draft, message);
    case 'TaskSubmitted':
      return submitTask(draft, message);
    case 'TaskHeartbeat':
      return beatTask(draft, message);
    case 'TimeHasCome':
      return wake(draft);
    case 'Continue':
      return goOn(draft);
    case 'Fail':
      return endExecution(draft, { status: 'FAILED', output: undefined, error: message.error, cause: message.cause });
    case 'Stop':
      return stopExecution(draft, message.error, message.cause);
    case 'BranchesProgressed':
      return takeProgress(draft, message.branches);
    case 'ProgressTaken':
      return takeAcknowledgement(draft, message);
    case 'Release':
      return release(draft);
    default:
      return assertNever(message);
  }
}

/** Branches take turns, a state each, as they would side by side. Ends and failures are dealt with in any case. */
function runReady(draft: Draft): void {
  const { ready, failed, execution } = draft;
  let entered = 0;
  for (let i = 0; execution.end === undefined; ) {
    const failure = failed.length > 0 ? failed.shift() : undefined;
    if (failure !== undefined) {
      failChild(draft, failure.frame, failure.failure);
      continue;
    }
    const frame = ready[i++];
    if (frame === undefined) break;
    if (frame.next !== undefined && execution.frames.has(frame.id)) {
      if (entered++ < STATES_PER_STEP_MAX) enterState(draft, frame, frame.next);
    } else if (frame.output !== undefined) endChild(draft, frame);
  }
  if (entered > STATES_PER_STEP_MAX && execution.end === undefined) draft.effects.push({ type: 'Continue' });
}

/** Picks up what an exhausted step, or a crash after its commit, left lying. */
function goOn(draft: Draft): void {
  for (const frame of [...draft.execution.frames.values()]) {
    if (frame.next !== undefined) draft.ready.push(frame);
    else if (isSpread(frame) && frame.spread?.taken === 0) draft.effects.push({ type: 'SpawnBranch', frame });
    else if (frame.held === undefined && frame.state?.type === 'Map' && frame.children !== undefined) {
      const map = frame.state;
      attempt(draft, frame, () => pumpMap(draft, frame, map, frame.lastEventId));
    }
  }
}

function wake(draft: Draft): void {
  const { execution, nowMs } = draft;
  if (nowMs >= timeoutMs(execution)) return failExecutionAtTimeout(draft);
  if (execution.timedFrames === 0) return;
  for (const frame of [...execution.frames.values()]) {
    if (execution.end === undefined && execution.frames.has(frame.id) && frameDue(frame) <= nowMs)
      wakeFrame(draft, frame);
  }
}

function wakeFrame(draft: Draft, frame: Frame): void {
  if (frame.task !== undefined) return timeOutTask(draft, frame);
  const { state } = frame;
  if (state?.type === 'Wait') attempt(draft, frame, () => leaveWait(draft, frame, state));
  else redoState(draft, frame);
}
