import type { Action } from './action.ts';
import { createStateMachine } from './create-state-machine.ts';
import { deleteStateMachine } from './delete-state-machine.ts';
import { describeExecution } from './describe-execution.ts';
import { getExecutionHistory } from './get-execution-history.ts';
import { startExecution } from './start-execution.ts';
import { startSyncExecution } from './start-sync-execution.ts';

/** All actions, by the name that `X-Amz-Target: AWSStepFunctions.NAME` gives. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries({
    CreateStateMachine: createStateMachine,
    DeleteStateMachine: deleteStateMachine,
    DescribeExecution: describeExecution,
    GetExecutionHistory: getExecutionHistory,
    StartExecution: startExecution,
    StartSyncExecution: startSyncExecution,
  }),
);
