import type { Execution } from '../core/interpreter/execution.ts';
import type { ExecutionStatus } from './ports/store.ts';

/** What a turn made of an execution: told when that is durable, in the order of the turns. */
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

  /** Notes where an execution stands; it may have gone on by the time that this can be told. */
  of({ facts, lastEventId, end }: Execution): () => void {
    const progress: Progress = { executionArn: facts.executionArn, lastEventId, status: end?.status ?? 'RUNNING' };
    return () => {
      for (const listener of this.#listeners) listener(progress);
    };
  }
}
