import type { ExecutionStatus } from './ports/store.ts';

/** Where an execution stands: told when that is durable, in the order of the commits. */
export interface Progress {
  readonly executionArn: string;
  /** Its history has the events up to here. */
  readonly lastEventId: number;
  /** Anything but RUNNING: it is over, and this is told of it for the last time. */
  readonly status: ExecutionStatus;
}

export type ProgressListener = (progress: Progress) => void;

/** Who wants to know how executions get on: live views, and whoever waits for an end. */
export class ProgressListeners {
  readonly #listeners: Set<ProgressListener> = new Set();

  /** Whether anybody listens: else nothing need be noted. */
  get wanted(): boolean {
    return this.#listeners.size > 0;
  }

  /** @returns how to take it away again. */
  add(listener: ProgressListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(progress: Progress): void {
    for (const listener of this.#listeners) listener(progress);
  }
}
