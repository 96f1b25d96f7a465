import type { TaskDispatcher, TaskRequest, TaskResult } from '../../runtime/ports/task-dispatcher.ts';
import type { Checkers } from './checkers.ts';
import type { Dice } from './dice.ts';
import type { ProcessLife } from './process-life.ts';
import { LAST_ARN, RANDOM_ERRORS } from './random-definition.ts';
import type { SimulatedTime } from './simulated-time.ts';

export interface WorkersWorld {
  readonly life: ProcessLife;
  readonly time: SimulatedTime;
  readonly dice: Dice;
  readonly checkers: Checkers;
  readonly trace: (text: string) => void;
  /** Somebody outside has got the token, and will answer it. */
  readonly tokenGiven: (token: string) => void;
}

/**
 * The functions of one life of the process: they take their time, fail, answer twice, and never answer where a timeout
 * ends that. What they answer after the crash, or after they were cancelled, reaches nobody.
 */
export class SimulatedWorkers implements TaskDispatcher {
  readonly #world: WorkersWorld;
  readonly #cancelled: Set<string> = new Set();

  constructor(world: WorkersWorld) {
    this.#world = world;
  }

  dispatch(task: TaskRequest, report: (result: TaskResult) => void): void {
    const { life, dice, checkers, trace, tokenGiven } = this.#world;
    if (!life.reach('dispatch')) return;
    trace(`dispatch ${attemptText(task.token)}`);
    checkers.dispatched(task, life.number);
    const last = task.resource === LAST_ARN;
    if (task.deadlineMs !== undefined && !last && dice.chance(0.1)) return;
    if (last) checkers.expressEnded(task.executionArn);
    const waitsForToken = task.resource.endsWith('.waitForTaskToken');
    const result = waitsForToken ? this.#submission() : this.#result();
    if (result.type === 'Submitted') tokenGiven(task.token);
    this.#report(task.token, result, report);
    if (dice.chance(0.05)) this.#report(task.token, waitsForToken ? result : this.#result(), report);
  }

  cancel(token: string): void {
    const { life, checkers, trace } = this.#world;
    if (!life.reach('cancel')) return;
    trace(`cancel ${attemptText(token)}`);
    checkers.cancelled(token);
    this.#cancelled.add(token);
  }

  #report(token: string, result: TaskResult, report: (result: TaskResult) => void): void {
    const { life, time, dice, checkers, trace } = this.#world;
    const send = (): void => {
      if (!life.alive || this.#cancelled.has(token)) return;
      trace(`${result.type} ${attemptText(token)}`);
      checkers.answered(token);
      report(result);
    };
    if (dice.chance(0.2)) send();
    else time.after(dice.chance(0.05) ? 20_000 : dice.between(0, 3_000), send);
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
