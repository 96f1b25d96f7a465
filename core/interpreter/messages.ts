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
  | { readonly type: 'Stop'; readonly error: string | undefined; readonly cause: string | undefined };
