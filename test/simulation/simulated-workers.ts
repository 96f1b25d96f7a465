import type { TaskDispatcher, TaskRequest, TaskResult } from '../../runtime/ports/task-dispatcher.ts';
import type { Checkers } from './checkers.ts';
import type { Dice } from './dice.ts';
import type { ProcessLife } from './process-life.ts';
import { DEADLY_ARN, LAST_ARN, RANDOM_ERRORS } from './random-definition.ts';
import type { SimulatedTime } from './simulated-time.ts';

export interface WorkersWorld {
  readonly life: ProcessLife;
  readonly time: SimulatedTime;
  readonly dice: Dice;
  readonly checkers: Checkers;
  readonly trace: (text: string) => void;
  /** An attempt leaves. */
  readonly dispatched: (task: TaskRequest) => void;
  /** Whoever works on an attempt says how it went. */
  readonly answered: (token: string, result: TaskResult) => void;
  /** Somebody outside has got the token, and will answer it. */
  readonly tokenGiven: (token: string) => void;
  /** What is given up is at one death more than these. */
  readonly crashesMax: number;
  /** How a worker process of its own, which knows nothing of the node's life, sends results; undefined: there are none. */
  readonly byMailbox?: (token: string, result: TaskResult) => void;
}

/**
 * The functions of one life of a process: they take their time, fail, answer twice, and never answer where a timeout
 * ends that. What those in the process answer after its end, or after they were cancelled, reaches nobody.
 */
export class SimulatedWorkers implements TaskDispatcher {
  readonly #world: WorkersWorld;
  /** The newest attempt of each token. */
  readonly #attempts: Map<string, { cancelled: boolean }> = new Map();
  #working = 0;
  /** Chance of a function to take its time. */
  readonly #long: number;

  constructor(world: WorkersWorld) {
    this.#world = world;
    this.#long = world.dice.chance(0.2) ? 0.4 : 0.05;
  }

  dispatch(task: TaskRequest, report: (result: TaskResult) => void): void {
    const { life, dice, checkers, trace, dispatched, tokenGiven, byMailbox, crashesMax } = this.#world;
    if (!life.reach('dispatch')) return;
    trace(`dispatch ${attemptText(task.token)}`);
    dispatched(task);
    if (task.resource === DEADLY_ARN) {
      checkers.killed(task.token, crashesMax);
      return life.crash('by a function');
    }
    const last = task.resource === LAST_ARN;
    if (task.deadlineMs !== undefined && !last && dice.chance(0.1)) return;
    if (last) checkers.expressEnded(task.executionArn);
    const waitsForToken = task.resource.endsWith('.waitForTaskToken');
    const result = waitsForToken ? this.#submission() : this.#result();
    if (result.type === 'Submitted') tokenGiven(task.token);
    const stored = !task.executionArn.includes(':express:');
    const again = dice.chance(0.05) ? (waitsForToken ? result : this.#result()) : undefined;
    if (byMailbox !== undefined && stored && dice.chance(0.2)) {
      for (const each of again === undefined ? [result] : [result, again])
        this.#sendByMailbox(task.token, each, byMailbox);
      return;
    }
    const attempt = { cancelled: false };
    this.#attempts.set(task.token, attempt);
    this.#report(task.token, attempt, result, report);
    if (again !== undefined) this.#report(task.token, attempt, again, report);
  }

  cancel(token: string): void {
    const { life, checkers, trace } = this.#world;
    if (!life.reach('cancel')) return;
    trace(`cancel ${attemptText(token)}`);
    checkers.cancelled(token);
    const attempt = this.#attempts.get(token);
    if (attempt !== undefined) attempt.cancelled = true;
  }

  #report(
    token: string,
    attempt: { readonly cancelled: boolean },
    result: TaskResult,
    report: (result: TaskResult) => void,
  ): void {
    const { life, time, dice, trace, answered } = this.#world;
    const send = (): void => {
      life.pass(() => {
        if (attempt.cancelled) return;
        trace(`${result.type} ${attemptText(token)}`);
        answered(token, result);
        report(result);
      });
    };
    if (dice.chance(0.2)) return send();
    this.#working++;
    time.after(this.#takesMs(), () => {
      this.#working--;
      send();
    });
  }

  /** Whether any of the functions in the process still runs. */
  get working(): boolean {
    return this.#working > 0;
  }

  #sendByMailbox(token: string, result: TaskResult, byMailbox: (token: string, result: TaskResult) => void): void {
    const { time, trace, answered } = this.#world;
    time.after(this.#takesMs(), () => {
      trace(`${result.type} ${attemptText(token)} by mailbox`);
      answered(token, result);
      byMailbox(token, result);
    });
  }

  #takesMs(): number {
    const { dice } = this.#world;
    return dice.chance(this.#long) ? 20_000 : dice.between(0, 3_000);
  }

  #result(): TaskResult {
    const { dice } = this.#world;
    if (dice.chance(0.75)) return { type: 'Succeeded', output: `{"n":${dice.below(5)},"items":[]}` };
    return { type: 'Failed', error: RANDOM_ERRORS[dice.below(RANDOM_ERRORS.length)] ?? '', cause: 'simulated' };
  }

  #submission(): TaskResult {
    if (this.#world.dice.chance(0.9)) return { type: 'Submitted', output: '{"StatusCode":200}' };
    return { type: 'Failed', error: 'Boom', cause: 'simulated' };
  }
}

/** The attempt that a token names, for the trace. */
export function attemptText(token: string): string {
  return `${decodeURIComponent(token).split(':').at(-1)}#${token.split('.')[0]}`;
}
