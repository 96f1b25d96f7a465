import type { StateMachine } from './state-machine.ts';

/** What StartExecution and StartSyncExecution ask, found valid. */
export interface StartRequest {
  readonly machine: StateMachine;
  /** Undefined: a random one is given. */
  readonly name: string | undefined;
  /** The name was made by the engine just now: no execution can have it. */
  readonly nameIsNew?: boolean;
  /** JSON text. */
  readonly input: string;
  readonly traceHeader: string | undefined;
}

/**
 * `Started` with an earlier `startMs`: a running execution had this name and this input.
 * `AlreadyExists`: one has this name that is over, or has another input.
 */
export type StartAnswer =
  | { readonly type: 'Started'; readonly executionArn: string; readonly startMs: number }
  | { readonly type: 'AlreadyExists'; readonly executionArn: string };
