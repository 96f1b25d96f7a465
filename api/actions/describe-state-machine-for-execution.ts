import { stateMachineName } from '../../core/arn.ts';
import { epochSeconds } from '../aws-json.ts';
import { requiredText } from '../input-schema.ts';
import { checkExecutionArn } from '../resource-arn.ts';
import { ExecutionDoesNotExist } from '../service-error.ts';
import { type Action, action } from './action.ts';
import { describedRevision } from './describe-state-machine.ts';
import { INCLUDED_DATA } from './execution-data.ts';

/** The machine as it was when the execution started. */
export const describeStateMachineForExecution: Action = action(
  { executionArn: requiredText({ min: 1, max: 256 }), includedData: INCLUDED_DATA },
  async ({ executionArn, includedData }, { engine }) => {
    checkExecutionArn(executionArn);
    const execution = await engine.describeExecution(executionArn);
    if (execution === undefined) throw new ExecutionDoesNotExist(executionArn);
    const revision = await engine.revision(execution.revisionId);
    return {
      stateMachineArn: execution.stateMachineArn,
      name: stateMachineName(execution.stateMachineArn),
      updateDate: epochSeconds(revision.updateMs),
      ...describedRevision(revision, includedData),
    };
  },
);
