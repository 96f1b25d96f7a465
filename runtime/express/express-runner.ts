import type { Program } from '../../core/definition/program.ts';
import type { LogTurn, LogValue } from '../../core/history/log-reader.ts';
import type { Effect } from '../../core/interpreter/effects.ts';
import { Execution, earliestDue, type StartFacts } from '../../core/interpreter/execution.ts';
import type { Message } from '../../core/interpreter/messages.ts';
import type { Payload } from '../../core/interpreter/payload.ts';
import { type Decision, type StepOptions, start, step } from '../../core/interpreter/step.ts';
import { EXPRESS_SECONDS_MAX } from '../../core/limits.ts';
import { TurnHost } from '../actor/turn-host.ts';
import type { RuntimeLog } from '../partition/partition.ts';
import { Tasks } from '../partition/tasks.ts';
import type { Clock } from '../ports/clock.ts';
import type { TaskDispatcher } from '../ports/task-dispatcher.ts';
import { TimerQueue } from '../timers/timer-queue.ts';

/** How long an Express execution may take. */
const LIMIT_MS = EXPRESS_SECONDS_MAX * 1000;

/**
 * Express executions: the same steps, in memory from beginning to end. Nothing is recorded, effects leave at once;
 * what a crash loses is begun again by whoever accepted it (asynchronous) or reported to the caller (synchronous).
 */
export class ExpressRunner {
  readonly #clock: Clock;
  readonly #tasks: Tasks;
  readonly #log: RuntimeLog;
  readonly #running: Map<string, Running> = new Map();
  readonly #timers = new TimerQueue();
  readonly #idle: (() => void)[] = [];
  #cancelTimer: () => void = () => undefined;
  #armedForMs = Number.POSITIVE_INFINITY;
  #cancelSweep: (() => void) | undefined = undefined;

  constructor(clock: Clock, dispatcher: TaskDispatcher, log: RuntimeLog) {
    this.#clock = clock;
    this.#log = log;
    this.#tasks = new Tasks(dispatcher, (key, message) => this.#deliver(key, message));
  }

  /** How many are under way. */
  get size(): number {
    return this.#running.size;
  }

  /**
   * Runs one; `ended` is called when it is over, perhaps before `run` returns. `key` names it while it runs. `watch`
   * is told its turns: with it, events are made.
   */
  run(
    key: string,
    program: Program,
    facts: StartFacts,
    input: Payload,
    ended: (execution: Execution) => void,
    watch?: WatchTurns,
  ): void {
    const running: Running = { execution: undefined, secret: facts.secret, ended, watch };
    this.#running.set(key, running);
    const decide = (options: StepOptions): Decision => start(program, facts, input, options);
    this.#turn(key, running, decide, (nowMs) => new Execution(program, facts, input, nowMs));
  }

  /** Resolves when none is under way. */
  idle(): Promise<void> {
    return this.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  stop(): void {
    this.#cancelTimer();
    this.#cancelSweep?.();
  }

  #deliver(key: string, message: Message): void {
    const running = this.#running.get(key);
    const execution = running?.execution;
    if (running === undefined || execution === undefined) return;
    this.#turn(
      key,
      running,
      (options) => step(execution, message, options),
      () => execution,
    );
  }

  /** A turn that throws fails its own execution, and nothing else. */
  #turn(
    key: string,
    running: Running,
    decide: (options: StepOptions) => Decision,
    failing: (nowMs: number) => Execution,
  ): void {
    const nowMs = this.#clock.now();
    const host = new TurnHost(running.secret, (running.execution?.lastEventId ?? 0) + 1);
    let sink: LogValue[] | undefined = running.watch && [];
    let decision: Decision;
    try {
      decision = decide({ nowMs, host, sink });
    } catch (error) {
      this.#log('error', `${key}: a turn failed: ${error instanceof Error ? error.stack : error}`);
      const cause = `An internal error occurred: ${error instanceof Error ? error.message : error}`;
      sink = running.watch && [];
      const { execution } = step(
        failing(nowMs),
        { type: 'Fail', error: 'States.Runtime', cause },
        { nowMs, host, sink },
      );
      decision = { execution, effects: cancelsOf(execution) };
    }
    if (sink !== undefined) running.watch?.(sink);
    this.#settle(key, running, decision);
  }

  #settle(key: string, running: Running, { execution, effects }: Decision): void {
    running.execution = execution;
    for (const effect of effects) this.#perform(key, execution, effect);
    if (execution.end !== undefined) {
      if (this.#running.delete(key)) running.ended(execution);
      if (this.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
      return;
    }
    const dueMs = earliestDue(execution) ?? Number.POSITIVE_INFINITY;
    if (dueMs >= execution.startMs + LIMIT_MS) return this.#armSweep();
    this.#timers.push({ atMs: dueMs, executionKey: key });
    if (dueMs < this.#armedForMs) this.#arm();
  }

  #perform(key: string, execution: Execution, effect: Effect): void {
    if (effect.type === 'Continue') this.#clock.soon(() => this.#deliver(key, { type: 'Continue' }));
    else if ('taskNumber' in effect) this.#tasks.perform(key, execution, effect);
  }

  /** All have the same five minutes and stand in the order of their start: one timer, for the oldest, is enough. */
  #armSweep(): void {
    if (this.#cancelSweep !== undefined) return;
    for (const { execution } of this.#running.values()) {
      if (execution === undefined) continue;
      this.#cancelSweep = this.#clock.at(execution.startMs + LIMIT_MS, () => this.#sweep());
      return;
    }
  }

  #sweep(): void {
    this.#cancelSweep = undefined;
    const startedBeforeMs = this.#clock.now() - LIMIT_MS;
    for (const [key, { execution }] of this.#running) {
      if (execution === undefined) continue;
      if (execution.startMs > startedBeforeMs) break;
      this.#deliver(key, { type: 'TimeHasCome' });
    }
    this.#armSweep();
  }

  #arm(): void {
    this.#cancelTimer();
    const next = this.#timers.peek();
    this.#armedForMs = next?.atMs ?? Number.POSITIVE_INFINITY;
    if (next !== undefined) this.#cancelTimer = this.#clock.at(next.atMs, () => this.#fire());
  }

  #fire(): void {
    const nowMs = this.#clock.now();
    for (let timer = this.#timers.popDue(nowMs); timer !== undefined; timer = this.#timers.popDue(nowMs)) {
      this.#deliver(timer.executionKey, { type: 'TimeHasCome' });
    }
    this.#arm();
  }
}

/** For all attempts so far: which of them a turn had let go of before it threw, nobody knows. */
function cancelsOf({ lastTaskNumber }: Execution): Effect[] {
  return Array.from({ length: lastTaskNumber }, (_, i) => ({ type: 'CancelTask', taskNumber: i + 1 }));
}

/** Takes a turn of an execution's log as it is decided: nothing stores it. */
export type WatchTurns = (turn: LogTurn) => void;

interface Running {
  execution: Execution | undefined;
  readonly secret: string;
  readonly ended: (execution: Execution) => void;
  readonly watch: WatchTurns | undefined;
}
