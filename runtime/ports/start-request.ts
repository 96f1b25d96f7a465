import type { StateMachine } from './state-machine.ts';

/** What StartExecution and StartSyncExecution ask, found valid. */
export interface StartRequest {
  readonly machine: StateMachine;
  /** Undefined: a random one is given. */
  readonly name: string | undefined;
  /**
   * Where the client gave no name. `new`: the engine made it just now, and no execution can have it; `asked again`: the
   * request has been asked before with this name, and the execution that has it is the one that came of that.
   */
  readonly nameIs?: 'new' | 'asked again';
  /** JSON text. */
  readonly input: string;
  readonly traceHeader: string | undefined;
}

/**
 * `Started` with an earlier `startMs`: a running execution had this name and this input, or an earlier asking began it.
 * `AlreadyExists`: one has this name that is over, or has another input.
 */
export type StartAnswer =
  | { readonly type: 'Started'; readonly executionArn: string; readonly startMs: number }
  | { readonly type: 'AlreadyExists'; readonly executionArn: string };
