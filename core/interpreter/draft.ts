import type { CompiledState, CompiledTask } from '../definition/program.ts';
import { KIND } from '../history/event-kind.ts';
import type { LogValue } from '../history/log-reader.ts';
import type { Host } from '../host.ts';
import {
  applyChildDropped,
  applyChildStarted,
  applyExecutionEnded,
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
import type { Effect } from './effects.ts';
import {
  type ChildrenFields,
  childrenOf,
  type Execution,
  type ExecutionEnd,
  type Frame,
  parallelFields,
  type TaskAttempt,
} from './execution.ts';
import type { Payload } from './payload.ts';
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
    this.sink?.push(
      [
        facts.executionArn,
        facts.stateMachineArn,
        facts.roleArn,
        facts.revisionId,
        facts.secret,
        facts.stateMachineVersionArn,
        facts.stateMachineAliasArn,
        facts.traceHeader,
      ],
      this.#payload(input),
    );
  }

  executionEnded(end: Omit<ExecutionEnd, 'atMs'>): void {
    const { root } = this.execution;
    // A stop or the machine's timeout comes from outside: AWS's history lets it follow nothing.
    const fromOutside = end.status === 'ABORTED' || end.status === 'TIMED_OUT';
    this.#event(END_KIND[end.status], 0, fromOutside ? 0 : root.lastEventId);
    if (end.output !== undefined) this.sink?.push(this.#payload(end.output));
    else this.sink?.push(end.error ?? null, end.cause ?? null);
    applyExecutionEnded(this.execution, { ...end, atMs: this.nowMs });
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
    this.sink?.push(KIND.TaskBeat, frame.id, 0);
    applyTaskBeat(frame, this.nowMs);
  }

  timerSet(frame: Frame, dueMs: number): void {
    this.sink?.push(KIND.TimerSet, frame.id, 0, dueMs);
    applyTimerSet(this.execution, frame, dueMs);
  }

  retrySet(frame: Frame, retrier: number, dueMs: number): void {
    this.sink?.push(KIND.RetrySet, frame.id, frame.lastEventId, retrier, dueMs);
    applyRetrySet(this.execution, frame, retrier, dueMs, frame.lastEventId);
  }

  parallelStarted(frame: Frame, branches: number, input: Payload): void {
    const id = this.#event(KIND.ParallelStateStarted, frame.id, frame.lastEventId);
    this.sink?.push(branches, this.#payload(input));
    applyFanOutStarted(this.execution, frame, parallelFields(branches), id);
    for (let i = 0; i < branches; i++) this.ready.push(applyChildStarted(this.execution, frame, input, id));
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
    this.ready.push(applyChildStarted(this.execution, frame, input, id));
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
    this.sink?.push(KIND.ChildDropped, frame.id, 0);
    applyChildDropped(this.execution, frame);
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
    return ++this.execution.lastEventId;
  }

  /** A payload that the log has already is stored as its number, a member of one as the way to it. */
  #payload(payload: Payload): LogValue {
    if (payload.number > 0) return payload.number;
    const keys: (string | number)[] = [];
    for (let at = payload; at.parent !== undefined; at = at.parent) {
      keys.unshift(at.key);
      if (at.parent.number > 0) return [at.parent.number, ...keys];
    }
    payload.number = ++this.execution.payloadCount;
    return payload.text;
  }
}

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
