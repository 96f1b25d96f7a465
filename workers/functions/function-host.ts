import type { Json } from '../../core/json.ts';
import type { TaskRequest, TaskResult } from '../../runtime/ports/task-dispatcher.ts';
import type { Cancellable } from '../task-handler.ts';
import type { FunctionTarget } from './function-name.ts';

/** One call of a function. Plain data: it also travels to a thread. */
export interface FunctionCall {
  readonly target: FunctionTarget;
  /** The call's own copy: the function may change it. */
  readonly event: Json;
  readonly requestId: string;
  readonly clientContext: Json | undefined;
  readonly task: TaskRequest;
}

/** Where functions run: in this thread, or each in one of its own. */
export interface FunctionHost {
  /**
   * Calls a function. `done` gets Succeeded or Failed, at most once, perhaps before `invoke` returns, and not after
   * the returned call was cancelled.
   */
  invoke(call: FunctionCall, done: (result: TaskResult) => void): Cancellable;
  /** Whether there is such a function, without loading it. */
  has(functionName: string): Promise<boolean>;
  /** Ends what it started: threads, watchers, temporary files. */
  stop(): Promise<void>;
}
