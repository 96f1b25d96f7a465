import type { Frame } from './execution.ts';

/** What a step asks the outside to do, once its events are durable. */
export type Effect =
  /** Start the attempt that the frame waits for. */
  | { readonly type: 'ScheduleTask'; readonly frame: Frame; readonly taskNumber: number }
  /** The attempt's result is not wanted any more. */
  | { readonly type: 'CancelTask'; readonly taskNumber: number }
  /** Send `Continue` back. */
  | { readonly type: 'Continue' };
