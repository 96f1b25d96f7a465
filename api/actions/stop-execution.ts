import { epochSeconds } from '../aws-json.ts';
import { requiredText } from '../input-schema.ts';
import { checkExecutionArn } from '../resource-arn.ts';
import { ExecutionDoesNotExist } from '../service-error.ts';
import { type Action, action } from './action.ts';
import { FAILURE } from './send-task-failure.ts';

/** Stopping an execution that is over changes nothing. */
export const stopExecution: Action = action(
  { executionArn: requiredText({ min: 1, max: 256 }), ...FAILURE },
  async ({ executionArn, error, cause }, { engine }) => {
    checkExecutionArn(executionArn);
    const stopped = await engine.stopExecution(executionArn, error, cause);
    if (stopped === undefined) throw new ExecutionDoesNotExist(executionArn);
    return { stopDate: epochSeconds(stopped.stopMs ?? engine.now()) };
  },
);
