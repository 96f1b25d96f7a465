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

/** What a call is heard of. */
export interface CallEvents {
  /** Succeeded or Failed, at most once, perhaps before `invoke` returns, and not after the call was cancelled. */
  readonly done: (result: TaskResult) => void;
  /** The function says that it goes on. */
  readonly beat: () => void;
}

/** Where functions run: in this thread, or each in one of its own. */
export interface FunctionHost {
  invoke(call: FunctionCall, events: CallEvents): Cancellable;
  /** Whether there is such a function, without loading it. */
  has(functionName: string): Promise<boolean>;
  /** Ends what it started: threads, watchers, temporary files. */
  stop(): Promise<void>;
}
