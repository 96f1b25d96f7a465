import type { TaskDispatcher, TaskRequest, TaskResult } from '../../runtime/ports/task-dispatcher.ts';
import { calledFunction } from './called-function.ts';
import type { HostedFunctions } from './hosted-functions.ts';
import type { TaskQueues } from './task-queues.ts';

export interface TaskRouterOptions {
  /**
   * `inline`: this node runs functions, or fails their tasks. `queue`: worker processes run them, and their tasks wait for
   * one. `auto`: this node runs those that it hosts, worker processes those that one of them has hosted in the last day;
   * tasks of other functions fail, as of functions that Lambda has not got.
   */
  readonly tasks: 'queue' | 'inline' | 'auto';
  /** Does what is no function's, and the functions of this node. */
  readonly local: LocalTasks;
  /** Names of the functions that this node hosts. */
  readonly functionNames: readonly string[];
  readonly queues: Pick<TaskQueues, 'enqueue' | 'cancel' | 'ended' | 'answered'>;
  readonly hosted: Pick<HostedFunctions, 'isKnown' | 'look'>;
}

export interface LocalTasks extends TaskDispatcher {
  /** @returns whether the attempt was under way here. */
  cancel(token: string): boolean;
}

/** Decides for each task whether it runs in this node or waits in its function's queue for a worker. */
export class TaskRouter implements TaskDispatcher {
  readonly #options: TaskRouterOptions;
  readonly #hostedHere: ReadonlySet<string>;
  /** Tokens of attempts whose function is being looked for. */
  readonly #looking = new Set<string>();

  constructor(options: TaskRouterOptions) {
    this.#options = options;
    this.#hostedHere = new Set(options.functionNames);
  }

  dispatch(task: TaskRequest, report: (result: TaskResult) => void, beat: () => void): void {
    const { tasks, local, queues, hosted } = this.#options;
    const name = tasks === 'inline' ? undefined : calledFunction(task);
    if (name === undefined || (tasks === 'auto' && this.#hostedHere.has(name))) local.dispatch(task, report, beat);
    else if (tasks === 'queue' || hosted.isKnown(name)) queues.enqueue(name, task, report, beat);
    else this.#look(name, task, report, beat);
  }

  cancel(token: string): void {
    if (this.#looking.delete(token) || this.#options.local.cancel(token)) return;
    if (this.#options.tasks !== 'inline') this.#options.queues.cancel(token);
  }

  over(token: string, how: 'reported' | 'answered'): void {
    const { tasks, queues } = this.#options;
    if (how === 'reported') queues.ended(token);
    else if (!this.#looking.delete(token) && tasks !== 'inline') queues.answered(token);
  }

  #look(name: string, task: TaskRequest, report: (result: TaskResult) => void, beat: () => void): void {
    const { local, queues, hosted } = this.#options;
    const { token } = task;
    this.#looking.add(token);
    hosted.look(name).then(
      (isHosted) => {
        if (!this.#looking.delete(token)) return;
        if (isHosted) queues.enqueue(name, task, report, beat);
        else local.dispatch(task, report, beat);
      },
      // Who hosts it cannot be learned: it waits in the queue for Redis to come back.
      () => {
        if (this.#looking.delete(token)) queues.enqueue(name, task, report, beat);
      },
    );
  }
}
