import { executionName } from '../../core/arn.ts';
import type { ExecutionStatus } from '../../runtime/ports/store.ts';
import { type Answer, epochSeconds } from '../aws-json.ts';
import { requiredText } from '../input-schema.ts';
import { checkExecutionArn } from '../resource-arn.ts';
import { ExecutionDoesNotExist } from '../service-error.ts';
import { type Action, action } from './action.ts';
import { executionData, INCLUDED_DATA } from './execution-data.ts';

export const describeExecution: Action = action(
  { executionArn: requiredText({ min: 1, max: 256 }), includedData: INCLUDED_DATA },
  async ({ executionArn, includedData }, { engine }) => {
    checkExecutionArn(executionArn);
    const execution = await engine.describeExecution(executionArn);
    if (execution === undefined) throw new ExecutionDoesNotExist(executionArn);
    const { startMs, stopMs, status } = execution;
    return {
      executionArn,
      stateMachineArn: execution.stateMachineArn,
      stateMachineVersionArn: execution.stateMachineVersionArn,
      stateMachineAliasArn: execution.stateMachineAliasArn,
      name: executionName(executionArn),
      status,
      startDate: epochSeconds(startMs),
      stopDate: stopMs === undefined ? undefined : epochSeconds(stopMs),
      ...executionData(execution, includedData),
      traceHeader: execution.traceHeader,
      redriveCount: 0,
      ...redrive(status),
    };
  },
);

function redrive(status: ExecutionStatus): Answer {
  if (status !== 'RUNNING' && status !== 'SUCCEEDED') return { redriveStatus: 'REDRIVABLE' };
  return {
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: `Execution is ${status} and cannot be redriven`,
  };
}
