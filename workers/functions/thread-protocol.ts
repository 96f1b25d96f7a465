import type { TaskResult } from '../../runtime/ports/task-dispatcher.ts';
import type { TaskFailure } from './function-error.ts';
import type { FunctionCall } from './function-host.ts';

/** Places in the memory shared with a function's thread, readable while it blocks. Highest id begun. */
export const BEGUN = 0;
/** Id of the call whose handler is being entered; 0: none. */
export const ENTERED = 1;
export const SHARED_LENGTH = 2;

export interface FunctionThreadData {
  readonly functionName: string;
  /** File to import. */
  readonly file: string;
  readonly shared: Int32Array;
}

/** Ids are positive and rise: BEGUN tells of every call whether it has begun. */
export type ToFunctionThread =
  | { readonly type: 'Call'; readonly id: number; readonly call: FunctionCall }
  | { readonly type: 'Cancel'; readonly id: number };

export type FromFunctionThread =
  | { readonly type: 'Loaded' }
  /** The thread is of no use any more: it could not load its file, or its code failed outside of every call. */
  | { readonly type: 'Fatal'; readonly failure: TaskFailure }
  | { readonly type: 'Result'; readonly id: number; readonly result: TaskResult }
  /** The function says that it goes on. */
  | { readonly type: 'Beat'; readonly id: number }
  /** Answers Cancel: the thread's event loop turns. */
  | { readonly type: 'Cancelled'; readonly id: number };
