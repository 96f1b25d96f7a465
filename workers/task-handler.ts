import type { TaskResource } from '../core/definition/resource.ts';
import type { TaskRequest, TaskResult } from '../runtime/ports/task-dispatcher.ts';

/** Work under way that can be told that nobody waits for it any more. */
export interface Cancellable {
  cancel(): void;
}

/** Heartbeats of one attempt that are closer together than this are one: the shortest HeartbeatSeconds is a second. */
const BEAT_MS_MIN = 500;

/** What becomes of an attempt: for whoever waits for it. */
export interface AttemptEvents {
  readonly report: (result: TaskResult) => void;
  /** The work goes on. */
  readonly beat: () => void;
  /** It was reported or cancelled. */
  readonly ended: (attempt: Attempt) => void;
}

/** One dispatched task on its way through a handler. */
export class Attempt {
  readonly task: TaskRequest;
  readonly resource: TaskResource;
  /** What the handler has started, for `cancel`. */
  work: Cancellable | undefined;
  readonly #events: AttemptEvents;
  #open = true;
  #beatMs = Number.NEGATIVE_INFINITY;

  constructor(task: TaskRequest, resource: TaskResource, events: AttemptEvents) {
    this.task = task;
    this.resource = resource;
    this.#events = events;
  }

  /** Whether its result is still wanted. */
  get open(): boolean {
    return this.#open;
  }

  /** The first result counts; later ones, and any after `cancel`, are dropped. */
  report(result: TaskResult): void {
    if (!this.#open) return;
    this.#open = false;
    this.#events.ended(this);
    this.#events.report(result);
  }

  beat(): void {
    const nowMs = performance.now();
    if (!this.#open || nowMs < this.#beatMs + BEAT_MS_MIN) return;
    this.#beatMs = nowMs;
    this.#events.beat();
  }

  cancel(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#events.ended(this);
    this.work?.cancel();
  }
}

/** Does a task and reports its result to the attempt, now or later. What it throws fails the attempt. */
export type TaskHandler = (attempt: Attempt) => void;
