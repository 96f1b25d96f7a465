import type { CompiledState, CompiledTask } from '../definition/program.ts';
import { isNote, KIND } from '../history/event-kind.ts';
import { storedFacts } from '../history/log-ends.ts';
import type { LogValue } from '../history/log-reader.ts';
import type { Host } from '../host.ts';
import {
  applyBranchSpread,
  applyChildDropped,
  applyChildStarted,
  applyExecutionEnded,
  applyFailureHeld,
  applyFanOutEnded,
  applyFanOutStarted,
  applyIterationSucceeded,
  applyRetrySet,
  applyStateEntered,
  applyStateExited,
  applyTaskBeat,
  applyTaskEnded,
  applyTaskScheduled,
  applyTaskSubmitted,
  applyTimerSet,
} from './apply.ts';
import { type BranchStart, originOf } from './branch.ts';
import type { Effect } from './effects.ts';
import {
  type Branch,
  type ChildrenFields,
  childrenOf,
  type Execution,
  type ExecutionEnd,
  type Frame,
  type HeldFailure,
  isSpread,
  parallelFields,
  type TaskAttempt,
} from './execution.ts';
import { RELEASE } from './messages.ts';
import type { Payload } from './payload.ts';
import { isPlacedElsewhere } from './placement.ts';
import type { SpreadBranch } from './spread-branch.ts';
import { StateScope } from './state-scope.ts';

/** Why a state failed, as Retry and Catch see it. */
export interface Failure {
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** Raised by the interpreter itself as States.Runtime: no retrier or catcher takes it, whatever it names. */
  readonly fatal: boolean;
  /** A heartbeat was missed: recorded as States.Timeout, and also taken by those who name States.HeartbeatTimeout. */
  readonly heartbeat?: boolean;
}

/**
 * One step at work. It changes the execution only through the methods here: each writes the event into the sink and
 * applies it. Express has no sink: the same methods apply, and no event is made.
 */
export class Draft {
  readonly execution: Execution;
  readonly nowMs: number;
  readonly host: Host;
  readonly sink: LogValue[] | undefined;
  readonly effects: Effect[] = [];
  /** Frames that can go on, or have come to their end; first come, first served. */
  readonly ready: Frame[] = [];
  /** Branches and iterations that have failed and whose parents do not know yet. */
  readonly failed: { readonly frame: Frame; readonly failure: Failure }[] = [];
  readonly scope: StateScope;

  constructor(execution: Execution, nowMs: number, host: Host, sink: LogValue[] | undefined) {
    this.execution = execution;
    this.nowMs = nowMs;
    this.host = host;
    this.sink = sink;
    this.scope = new StateScope(execution, host, nowMs);
  }

  executionStarted(): void {
    const { facts, input } = this.execution;
    this.#event(KIND.ExecutionStarted, 0, 0);
    this.sink?.push(storedFacts(facts), this.#payload(input));
  }

  branchStarted(start: BranchStart): void {
    const { root } = this.execution;
    this.#note(KIND.BranchStarted, 0, root.lastEventId);
    const input = this.#payload(root.input);
    this.sink?.push(
      storedFacts(start.facts),
      input,
      originOf(start),
      start.executionInput,
      start.item,
      start.variables,
    );
  }

  executionEnded(end: Omit<ExecutionEnd, 'atMs'>): void {
    const { root, branch } = this.execution;
    if (branch !== undefined) return this.branchEnded(end, { fatal: true });
    // A stop or the machine's timeout comes from outside: AWS's history lets it follow nothing.
    const fromOutside = end.status === 'ABORTED' || end.status === 'TIMED_OUT';
    this.#event(END_KIND[end.status], 0, fromOutside ? 0 : root.lastEventId);
    if (end.output !== undefined) this.sink?.push(this.#payload(end.output));
    else this.sink?.push(end.error ?? null, end.cause ?? null);
    applyExecutionEnded(this.execution, { ...end, atMs: this.nowMs });
  }

  /** The execution is a branch, and over: its root goes on. */
  branchEnded(end: Omit<ExecutionEnd, 'atMs'>, failure?: Pick<Failure, 'fatal' | 'heartbeat'>): void {
    const { output, error, cause, status } = end;
    this.#note(KIND.BranchEnded, 0, this.execution.root.lastEventId);
    const flags = (failure?.fatal ? FATAL_FLAG : 0) + (failure?.heartbeat ? HEARTBEAT_FLAG : 0);
    this.sink?.push(output === undefined ? null : this.#payload(output), error ?? null, cause ?? null, status, flags);
    applyExecutionEnded(this.execution, { ...end, atMs: this.nowMs });
  }

  /** The root has all of the branch's log, and this. */
  branchAcknowledged(branch: Branch): void {
    this.#note(KIND.BranchAcknowledged, 0, 0);
    branch.acknowledged = this.execution.entryCount;
  }

  branchReleased(branch: Branch): void {
    this.#note(KIND.BranchReleased, 0, 0);
    branch.released = true;
  }

  /** Its text is not known before the id of the event that entered the state is. */
  failureHeld(frame: Frame, held: HeldFailure): void {
    this.#note(KIND.FailureHeld, frame.id, 0);
    this.sink?.push(held.error, held.reason, held.location ?? null, held.final ? 1 : 0);
    applyFailureHeld(this.execution, frame, held);
  }

  stateEntered(frame: Frame, state: CompiledState): void {
    const id = this.#event(KIND.StateEntered, frame.id, frame.lastEventId);
    this.sink?.push(state.typeNumber, state.name, this.#payload(frame.input));
    applyStateEntered(frame, state, frame.input, id, this.nowMs);
  }

  /** `assigned`: the state's Assign, evaluated; `next` undefined: the branch ends here. */
  stateExited(frame: Frame, output: Payload, assigned: Payload | undefined, next: CompiledState | undefined): void {
    const state = frame.state;
    const id = this.#event(KIND.StateExited, frame.id, frame.lastEventId);
    this.sink?.push(
      state?.typeNumber ?? 0,
      state?.name ?? '',
      this.#payload(output),
      assigned === undefined ? null : this.#payload(assigned),
      next?.name ?? null,
    );
    applyStateExited(this.execution, frame, output, assigned, next, id);
  }

  /**
   * Points to what came before the state was entered, where nothing has happened in the state yet; a Wait evaluates
   * after its entry. As AWS's histories show.
   */
  evaluationFailed(frame: Frame, error: string, cause: string, location: string | undefined): void {
    const atEntry = frame.lastEventId === frame.enteredEventId && frame.state?.type !== 'Wait';
    const afterId = atEntry ? frame.enteredAfterId : frame.lastEventId;
    const id = this.#event(KIND.EvaluationFailed, frame.id, afterId);
    this.sink?.push(error, cause, location ?? null, frame.state?.name ?? '');
    frame.lastEventId = id;
  }

  taskScheduled(frame: Frame, state: CompiledTask, attempt: TaskAttempt): void {
    const number = this.execution.lastTaskNumber + 1;
    const id = this.#event(taskKind(state) + SCHEDULED, frame.id, frame.lastEventId);
    this.sink?.push(
      number,
      state.resourceArn,
      this.#payload(attempt.input),
      attempt.timeoutSeconds ?? null,
      attempt.heartbeatSeconds ?? null,
      attempt.credentials ?? null,
    );
    applyTaskScheduled(this.execution, frame, number, attempt, id, this.nowMs);
    this.effects.push({ type: 'ScheduleTask', frame, taskNumber: number });
  }

  taskStarted(frame: Frame, state: CompiledTask): void {
    frame.lastEventId = this.#event(taskKind(state) + STARTED, frame.id, frame.lastEventId);
    if (state.resource.kind === 'activity') this.sink?.push(null);
  }

  taskSubmitted(frame: Frame, output: Payload): void {
    const id = this.#event(KIND.TaskSubmitted, frame.id, frame.lastEventId);
    this.sink?.push(this.#payload(output));
    applyTaskSubmitted(frame, id, this.nowMs);
  }

  taskSucceeded(frame: Frame, state: CompiledTask, output: Payload): void {
    const id = this.#event(taskKind(state) + SUCCEEDED, frame.id, frame.lastEventId);
    this.sink?.push(this.#payload(output));
    applyTaskEnded(this.execution, frame, id);
  }

  taskFailed(
    frame: Frame,
    state: CompiledTask,
    how: 'failed' | 'timed out',
    error: string | undefined,
    cause: string | undefined,
  ): void {
    const kind = taskKind(state) + (how === 'failed' ? FAILED : TIMED_OUT);
    const id = this.#event(kind, frame.id, frame.lastEventId);
    this.sink?.push(error ?? null, cause ?? null);
    applyTaskEnded(this.execution, frame, id);
  }

  taskBeat(frame: Frame): void {
    this.#note(KIND.TaskBeat, frame.id, 0);
    applyTaskBeat(frame, this.nowMs);
  }

  timerSet(frame: Frame, dueMs: number): void {
    this.#note(KIND.TimerSet, frame.id, 0);
    this.sink?.push(dueMs);
    applyTimerSet(this.execution, frame, dueMs);
  }

  retrySet(frame: Frame, retrier: number, dueMs: number): void {
    this.#note(KIND.RetrySet, frame.id, frame.lastEventId);
    this.sink?.push(retrier, dueMs);
    applyRetrySet(this.execution, frame, retrier, dueMs, frame.lastEventId);
  }

  parallelStarted(frame: Frame, branches: number, input: Payload): void {
    const id = this.#event(KIND.ParallelStateStarted, frame.id, frame.lastEventId);
    this.sink?.push(branches, this.#payload(input));
    applyFanOutStarted(this.execution, frame, parallelFields(branches), id);
    const started = Array.from({ length: branches }, () => applyChildStarted(this.execution, frame, input, id));
    for (const child of started) this.#begin(child);
  }

  mapStarted(frame: Frame, fields: ChildrenFields): void {
    const id = this.#event(KIND.MapStateStarted, frame.id, frame.lastEventId);
    this.sink?.push(
      fields.length,
      fields.items === undefined ? null : this.#payload(fields.items),
      fields.concurrency,
      fields.toleratedCount,
      fields.toleratedPercentage,
    );
    applyFanOutStarted(this.execution, frame, fields, id);
  }

  iterationStarted(frame: Frame, index: number, input: Payload, afterId: number): void {
    const id = this.#event(KIND.MapIterationStarted, frame.id, afterId);
    this.sink?.push(frame.state?.name ?? '', index, this.#payload(input));
    this.#begin(applyChildStarted(this.execution, frame, input, id));
  }

  /** A child runs here, or as an execution of its own. */
  #begin(child: Frame): void {
    if (!isPlacedElsewhere(this.execution, child)) return void this.ready.push(child);
    this.#note(KIND.BranchSpread, child.id, 0);
    applyBranchSpread(this.execution, child);
    this.effects.push({ type: 'SpawnBranch', frame: child });
  }

  /** @returns the event's id. */
  iterationSucceeded(frame: Frame): number {
    const id = this.#event(KIND.MapIterationSucceeded, frame.id, frame.lastEventId);
    this.sink?.push(frame.parent?.state?.name ?? '', frame.index);
    applyIterationSucceeded(this.execution, frame);
    return id;
  }

  /** A child is over without a result, and all that runs below it. Branches of a Parallel have no event of their own. */
  childFailed(frame: Frame, how: 'failed' | 'aborted', afterId: number): void {
    const { parent, state } = frame;
    if (parent?.state?.type === 'Map') {
      this.#event(how === 'failed' ? KIND.MapIterationFailed : KIND.MapIterationAborted, frame.id, afterId);
      this.sink?.push(parent.state.name, frame.index);
    }
    if (state !== undefined && (how === 'failed' ? FAILED_BECOMES_ABORTED : ABORTABLE).has(state.type)) {
      this.#event(KIND.StateAborted, frame.id, afterId);
      this.sink?.push(state.typeNumber);
    }
    for (const child of childrenOf(this.execution, frame)) this.childFailed(child, 'aborted', afterId);
    if (frame.task !== undefined) this.effects.push({ type: 'CancelTask', taskNumber: frame.task.number });
    if (isSpread(frame)) {
      this.effects.push({ type: 'TellBranch', frameId: frame.id, message: RELEASE, kept: how === 'aborted' });
    }
    this.#note(KIND.ChildDropped, frame.id, 0);
    applyChildDropped(this.execution, frame);
  }

  /**
   * A turn of a spread branch begins, with the branch's own time. `eventId`: its first event's in the branch's log.
   * @returns its place in the sink.
   */
  openBranchTurn(frame: Frame, spread: SpreadBranch, atMs: number, eventId: number): number {
    const { lastEventId, payloadCount, lastFrameId } = this.execution;
    this.#note(KIND.BranchTurn, frame.id, 0);
    spread.openTurn(eventId, { eventId: lastEventId + 1, payloads: payloadCount, frames: lastFrameId });
    const place = this.sink?.length ?? 0;
    this.sink?.push(atMs, 0, 0, eventId, 0, 0);
    return place;
  }

  /** The turn is over, with this many entries: what was open when it began is known. */
  closeBranchTurn(place: number, { taken, payloads, frames }: SpreadBranch, entries: number): void {
    if (this.sink === undefined) return;
    this.sink[place + 1] = entries;
    this.sink[place + 2] = taken;
    this.sink[place + 4] = payloads;
    this.sink[place + 5] = frames;
  }

  /** An entry of a spread branch, in numbers of this log. @returns the event's id; a note has that of the next one. */
  copied(kind: number, frameId: number, afterId: number, fields: readonly LogValue[]): number {
    const nextId = this.execution.lastEventId + 1;
    if (isNote(kind)) this.#note(kind, frameId, afterId);
    else this.#event(kind, frameId, afterId);
    this.sink?.push(...fields);
    return nextId;
  }

  fanOutSucceeded(frame: Frame, afterId: number): void {
    const kind = frame.state?.type === 'Map' ? KIND.MapStateSucceeded : KIND.ParallelStateSucceeded;
    this.#event(kind, frame.id, afterId);
    applyFanOutEnded(frame, afterId);
  }

  fanOutFailed(frame: Frame): void {
    const kind = frame.state?.type === 'Map' ? KIND.MapStateFailed : KIND.ParallelStateFailed;
    applyFanOutEnded(frame, this.#event(kind, frame.id, frame.lastEventId));
  }

  /** @returns the event's id. */
  #event(kind: number, frameId: number, afterId: number): number {
    this.sink?.push(kind, frameId, afterId);
    this.execution.entryCount++;
    return ++this.execution.lastEventId;
  }

  #note(kind: number, frameId: number, afterId: number): void {
    this.sink?.push(kind, frameId, afterId);
    this.execution.entryCount++;
  }

  /** A payload that the log has already is stored as its number, a member of one as the way to it. */
  #payload(payload: Payload): LogValue {
    const { stored } = payload;
    if (stored !== undefined) return stored;
    payload.number = ++this.execution.payloadCount;
    return payload.text;
  }
}

/** Of a BranchEnded. */
export const FATAL_FLAG = 1;
export const HEARTBEAT_FLAG = 2;

/** AWS ends a Task of a failed branch with an event of its own although TaskFailed has been told. */
const FAILED_BECOMES_ABORTED: ReadonlySet<CompiledState['type']> = new Set(['Task']);
const ABORTABLE: ReadonlySet<CompiledState['type']> = new Set(['Task', 'Wait', 'Parallel', 'Map']);

const END_KIND = {
  SUCCEEDED: KIND.ExecutionSucceeded,
  FAILED: KIND.ExecutionFailed,
  ABORTED: KIND.ExecutionAborted,
  TIMED_OUT: KIND.ExecutionTimedOut,
} as const;

/** The three families of task events have their five kinds in the same order. */
const SCHEDULED = 0;
const STARTED = 1;
const SUCCEEDED = 2;
const FAILED = 3;
const TIMED_OUT = 4;

function taskKind(state: CompiledTask): number {
  if (state.resource.kind === 'lambda') return KIND.LambdaFunctionScheduled;
  return state.resource.kind === 'activity' ? KIND.ActivityScheduled : KIND.TaskScheduled;
}
