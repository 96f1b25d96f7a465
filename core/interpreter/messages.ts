import type { LogTurn } from '../history/log-reader.ts';

/** Everything that can be said to an execution that has started. Times are milliseconds since the epoch. */
export type Message =
  /** Go on: a step's budget was used up, or what it started has been made durable. */
  | { readonly type: 'Continue' }
  /** Some time that the execution waits for may have come. */
  | { readonly type: 'TimeHasCome' }
  /** `output` is JSON text. */
  | { readonly type: 'TaskSucceeded'; readonly taskNumber: number; readonly output: string }
  | {
      readonly type: 'TaskFailed';
      readonly taskNumber: number;
      readonly error: string | undefined;
      readonly cause: string | undefined;
    }
  /** The integration of a waitForTaskToken task has answered; the token has not. */
  | { readonly type: 'TaskSubmitted'; readonly taskNumber: number; readonly output: string }
  | { readonly type: 'TaskHeartbeat'; readonly taskNumber: number }
  /** It cannot go on, whatever it waits for. */
  | { readonly type: 'Fail'; readonly error: string; readonly cause: string }
  | { readonly type: 'Stop'; readonly error: string | undefined; readonly cause: string | undefined }
  /** Branches have come so far. What becomes durable together is best told together: of those that fail, all are heard. */
  | { readonly type: 'BranchesProgressed'; readonly branches: readonly BranchProgress[] }
  | MessageToBranch;

/** What a branch that is an execution of its own tells its root. */
export interface BranchProgress {
  readonly frameId: number;
  /** Entries of the branch's log before the first of `turns`. */
  readonly from: number;
  /** Its log from there on, as far as it is durable. */
  readonly turns: readonly LogTurn[];
  /** JSON text: what it has ended with. */
  readonly output: string | undefined;
  /** Events whose ids in the root's log it waits for, by their ids in its own. */
  readonly asks: readonly number[];
}

/** What a root says to a branch of it that is an execution of its own. */
export type MessageToBranch =
  /** The root has the branch's log up to entry `taken`. */
  | {
      readonly type: 'ProgressTaken';
      readonly taken: number;
      /** Something before what it sent last is missing. */
      readonly gap: boolean;
      /** Ids it has asked for: in its own log, in the root's. */
      readonly ids: readonly (readonly [own: number, root: number])[];
    }
  /** Nothing more is wanted of it: it is over and the root has all of it, or its end will not be waited for. */
  | { readonly type: 'Release' };

export const RELEASE: MessageToBranch = { type: 'Release' };
