import { assert } from '../assert.ts';
import type { CompiledState, Program } from '../definition/program.ts';
import { isNote, isTaskKind, KIND, PAYLOAD_FIELDS } from '../history/event-kind.ts';
import { END_STATUS, startFacts } from '../history/log-ends.ts';
import { type LogEntry, LogReader, type LogTurn } from '../history/log-reader.ts';
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
import { openBranch, readBranchStart } from './branch.ts';
import { applyElsewhere, endsBranch, openBranchTurn } from './elsewhere.ts';
import { type Branch, type EndStatus, Execution, type Frame, parallelFields } from './execution.ts';

/** The execution as its log tells it: `apply` folded over all events. */
export function foldLog(program: Program, turns: Iterable<LogTurn>): Execution {
  const fold = new Fold(program);
  const reader = new LogReader();
  for (const turn of turns) reader.read(turn, (entry) => fold.entry(entry));
  return fold.execution;
}

class Fold {
  readonly #program: Program;
  #execution: Execution | undefined;

  constructor(program: Program) {
    this.#program = program;
  }

  get execution(): Execution {
    assert(this.#execution !== undefined, 'a log begins with ExecutionStarted');
    return this.#execution;
  }

  entry(entry: LogEntry): void {
    const { kind, id } = entry;
    this.#execution ??= kind === KIND.BranchStarted ? this.#branch(entry) : this.#root(entry);
    const execution = this.#execution;
    execution.entryCount++;
    if (!isNote(kind)) execution.lastEventId = id;
    this.#apply(entry);
    execution.payloadCount = entry.payloadCount;
  }

  #root(entry: LogEntry): Execution {
    return new Execution(this.#program, startFacts(entry), entry.payload(1), entry.atMs);
  }

  #branch(entry: LogEntry): Execution {
    const input = entry.payload(1);
    return openBranch(this.#program, readBranchStart(entry, input), input);
  }

  #frame(entry: LogEntry): Frame {
    const frame = this.execution.frames.get(entry.frameId);
    assert(frame !== undefined, `frame ${entry.frameId} is under way when event ${entry.id} happens to it`);
    return frame;
  }

  #state(name: string): CompiledState {
    const state = this.#program.states.get(name);
    assert(state !== undefined, `the definition has a state '${name}'`);
    return state;
  }

  #apply(entry: LogEntry): void {
    const { execution } = this;
    const frame = execution.frames.get(entry.frameId);
    if (frame?.spread !== undefined && !endsBranch(entry, frame)) return this.#applyElsewhere(entry, frame);
    switch (entry.kind) {
      case KIND.StateEntered:
        return applyStateEntered(
          this.#frame(entry),
          this.#state(entry.text(1)),
          entry.payload(2),
          entry.id,
          entry.atMs,
        );
      case KIND.StateExited: {
        const next = entry.textOrUndefined(4);
        const output = entry.payload(2);
        const assigned = entry.payloadOrUndefined(3);
        return applyStateExited(
          execution,
          this.#frame(entry),
          output,
          frame?.spread === undefined ? assigned : undefined,
          next === undefined ? undefined : this.#state(next),
          entry.id,
        );
      }
      case KIND.ExecutionSucceeded:
        return applyExecutionEnded(execution, {
          status: 'SUCCEEDED',
          atMs: entry.atMs,
          output: entry.payload(0),
          error: undefined,
          cause: undefined,
        });
      case KIND.ExecutionFailed:
      case KIND.ExecutionAborted:
      case KIND.ExecutionTimedOut:
        return applyExecutionEnded(execution, {
          status: END_STATUS[entry.kind] ?? 'FAILED',
          atMs: entry.atMs,
          output: undefined,
          error: entry.textOrUndefined(0),
          cause: entry.textOrUndefined(1),
        });
      case KIND.ExecutionStarted:
      case KIND.BranchStarted:
        return;
      case KIND.BranchEnded:
      case KIND.BranchAcknowledged:
      case KIND.BranchReleased:
        return execution.branch && this.#applyToBranch(entry, execution.branch);
      default:
        return isTaskKind(entry.kind) ? this.#applyTask(entry) : this.#applyFanOut(entry);
    }
  }

  /** The execution is a branch: what its root will have, has, or wants no more. */
  #applyToBranch(entry: LogEntry, branch: Branch): void {
    const { execution } = this;
    if (entry.kind === KIND.BranchAcknowledged) branch.acknowledged = execution.entryCount;
    else if (entry.kind === KIND.BranchReleased) branch.released = true;
    else {
      applyExecutionEnded(execution, {
        status: entry.text(3) as EndStatus, // written by Draft
        atMs: entry.atMs,
        output: entry.payloadOrUndefined(0),
        error: entry.textOrUndefined(1),
        cause: entry.textOrUndefined(2),
      });
    }
  }

  /** The payloads that stand in it count, although nobody asks for them. */
  #applyElsewhere(entry: LogEntry, frame: Frame): void {
    if (entry.kind === KIND.BranchTurn) return openBranchTurn(this.execution, frame, entry);
    for (const field of PAYLOAD_FIELDS[entry.kind] ?? []) entry.payloadOrUndefined(field);
    applyElsewhere(this.execution, frame, entry);
  }

  #applyTask(entry: LogEntry): void {
    const { execution } = this;
    const frame = this.#frame(entry);
    switch (entry.kind) {
      case KIND.LambdaFunctionScheduled:
      case KIND.ActivityScheduled:
      case KIND.TaskScheduled: {
        const attempt = {
          input: entry.payload(2),
          timeoutSeconds: entry.numberOrUndefined(3),
          heartbeatSeconds: entry.numberOrUndefined(4),
          credentials: entry.textOrUndefined(5),
        };
        return applyTaskScheduled(execution, frame, entry.number(0), attempt, entry.id, entry.atMs);
      }
      case KIND.TaskSubmitted:
        entry.payload(0);
        return applyTaskSubmitted(frame, entry.id, entry.atMs);
      case KIND.TaskBeat:
        return applyTaskBeat(frame, entry.atMs);
      case KIND.LambdaFunctionStarted:
      case KIND.ActivityStarted:
      case KIND.TaskStarted:
        frame.lastEventId = entry.id;
        return;
      case KIND.LambdaFunctionSucceeded:
      case KIND.ActivitySucceeded:
      case KIND.TaskSucceeded:
        entry.payload(0);
        return applyTaskEnded(execution, frame, entry.id);
      default:
        return applyTaskEnded(execution, frame, entry.id);
    }
  }

  #applyFanOut(entry: LogEntry): void {
    const { execution } = this;
    const frame = this.#frame(entry);
    switch (entry.kind) {
      case KIND.ParallelStateStarted: {
        const branches = entry.number(0);
        const input = entry.payload(1);
        applyFanOutStarted(execution, frame, parallelFields(branches), entry.id);
        for (let i = 0; i < branches; i++) applyChildStarted(execution, frame, input, entry.id);
        return;
      }
      case KIND.MapStateStarted:
        return applyFanOutStarted(execution, frame, mapFields(entry), entry.id);
      case KIND.MapIterationStarted:
        applyChildStarted(execution, frame, entry.payload(2), entry.id);
        return;
      case KIND.MapIterationSucceeded:
        return applyIterationSucceeded(execution, frame);
      case KIND.ChildDropped:
        return applyChildDropped(execution, frame);
      case KIND.MapStateSucceeded:
      case KIND.ParallelStateSucceeded:
        return applyFanOutEnded(frame, entry.afterId);
      case KIND.MapStateFailed:
      case KIND.ParallelStateFailed:
        return applyFanOutEnded(frame, entry.id);
      case KIND.EvaluationFailed:
        frame.lastEventId = entry.id;
        return;
      case KIND.BranchSpread:
        return applyBranchSpread(execution, frame);
      case KIND.FailureHeld:
        return applyFailureHeld(execution, frame, {
          error: entry.text(0),
          reason: entry.text(1),
          location: entry.textOrUndefined(2),
          final: entry.number(3) === 1,
        });
      case KIND.TimerSet:
        return applyTimerSet(execution, frame, entry.number(0));
      case KIND.RetrySet:
        return applyRetrySet(execution, frame, entry.number(0), entry.number(1), entry.afterId);
    }
  }
}

function mapFields(entry: LogEntry) {
  return {
    length: entry.number(0),
    items: entry.payload(1),
    concurrency: entry.number(2),
    toleratedCount: entry.number(3),
    toleratedPercentage: entry.number(4),
  };
}
