import type { TaskResource } from '../core/definition/resource.ts';
import type { TaskRequest, TaskResult } from '../runtime/ports/task-dispatcher.ts';

/** Work under way that can be told that nobody waits for it any more. */
export interface Cancellable {
  cancel(): void;
}

/** One dispatched task on its way through a handler. */
export class Attempt {
  readonly task: TaskRequest;
  readonly resource: TaskResource;
  /** What the handler has started, for `cancel`. */
  work: Cancellable | undefined;
  readonly #report: (result: TaskResult) => void;
  readonly #ended: (attempt: Attempt) => void;
  #open = true;

  constructor(
    task: TaskRequest,
    resource: TaskResource,
    report: (result: TaskResult) => void,
    ended: (attempt: Attempt) => void,
  ) {
    this.task = task;
    this.resource = resource;
    this.#report = report;
    this.#ended = ended;
  }

  /** Whether its result is still wanted. */
  get open(): boolean {
    return this.#open;
  }

  /** The first result counts; later ones, and any after `cancel`, are dropped. */
  report(result: TaskResult): void {
    if (!this.#open) return;
    this.#open = false;
    this.#ended(this);
    this.#report(result);
  }

  cancel(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#ended(this);
    this.work?.cancel();
  }
}

/** Does a task and reports its result to the attempt, now or later. What it throws fails the attempt. */
export type TaskHandler = (attempt: Attempt) => void;
