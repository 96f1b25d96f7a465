import type { Frame } from './execution.ts';
import type { MessageToBranch } from './messages.ts';

/** What a step asks the outside to do, once its events are durable. */
export type Effect =
  /** Start the attempt that the frame waits for. */
  | { readonly type: 'ScheduleTask'; readonly frame: Frame; readonly taskNumber: number }
  /** The attempt's result is not wanted any more. */
  | { readonly type: 'CancelTask'; readonly taskNumber: number }
  /** Send `Continue` back. */
  | { readonly type: 'Continue' }
  /** Begin the branch that the frame stands for as an execution of its own (`branchStart` tells what it is given). */
  | { readonly type: 'SpawnBranch'; readonly frame: Frame }
  /** Say something to the branch of that frame. `kept`: it must not get lost, the branch may have nothing to ask. */
  | {
      readonly type: 'TellBranch';
      readonly frameId: number;
      readonly message: MessageToBranch;
      readonly kept: boolean;
    };
