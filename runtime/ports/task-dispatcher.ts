/** One attempt of a task whose scheduling is durable, as it leaves for whoever does the work. */
export interface TaskRequest {
  /** Names the attempt: the same when it is dispatched again after a crash, another one for a retry. */
  readonly token: string;
  /** Resource of the Task state, as the definition has it. */
  readonly resource: string;
  /** The attempt's input: JSON text, at most 256 KiB. */
  readonly input: string;
  readonly executionArn: string;
  readonly stateName: string;
  /** When the attempt times out, in milliseconds since the epoch by the runtime's clock; undefined: never. */
  readonly deadlineMs: number | undefined;
}

/**
 * How an attempt ended. `output` is JSON text; `error` and `cause` are as the history will show them.
 * `Submitted` is what `.waitForTaskToken` answers when the work has been handed over: the attempt goes on until
 * whoever holds its token answers.
 */
export type TaskResult =
  | { readonly type: 'Succeeded'; readonly output: string }
  | { readonly type: 'Submitted'; readonly output: string }
  | { readonly type: 'Failed'; readonly error: string; readonly cause: string };

/** Where committed tasks go. */
export interface TaskDispatcher {
  /**
   * Starts an attempt. `report` is called once, at any time, also before `dispatch` returns; never after `cancel`.
   * Not at all where the work is done by another process: its result comes through the execution's mailbox.
   * `beat`: the work goes on; called any number of times before `report`. Whatever goes wrong is reported as a Failed
   * result: dispatch does not throw.
   */
  dispatch(task: TaskRequest, report: (result: TaskResult) => void, beat: () => void): void;
  /** The attempt timed out, or its execution ended: its result is not wanted any more. Unknown tokens are ignored. */
  cancel(token: string): void;
  /**
   * The attempt is over, and not by `report`. `reported`: its result has come through the mailbox. `answered`: whoever
   * holds its token has answered; then it need not begin any more, and goes on where it has begun. Absent: whatever is
   * dispatched begins at once, in this process.
   */
  over?(token: string, how: 'reported' | 'answered'): void;
}
