import { executionName } from '../../core/arn.ts';
import { type Answer, epochSeconds } from '../aws-json.ts';
import { startableStateMachine } from '../resource-arn.ts';
import { checkName } from '../resource-name.ts';
import { StateMachineTypeNotSupported } from '../service-error.ts';
import { type Action, action } from './action.ts';
import { executionData, INCLUDED_DATA } from './execution-data.ts';
import { checkInput, START } from './start-execution.ts';

/** AWS bills Express by pieces of 100 ms and of 64 MB: "AWS Step Functions pricing". */
const BILLED_DURATION_MS = 100;
const BILLED_MEMORY_MB = 64;

export const startSyncExecution: Action = action({ ...START, includedData: INCLUDED_DATA }, async (input, context) => {
  const { stateMachineArn, name, input: text = '{}', traceHeader, includedData } = input;
  if (name !== undefined) checkName(name);
  const machine = await startableStateMachine(stateMachineArn, context);
  if (machine.type !== 'EXPRESS') throw new StateMachineTypeNotSupported();
  checkInput(text);
  const execution = await context.engine.startSyncExecution({ machine, name, input: text, traceHeader });
  const { startMs, stopMs = startMs } = execution;
  return {
    executionArn: execution.executionArn,
    stateMachineArn: machine.arn,
    name: executionName(execution.executionArn),
    startDate: epochSeconds(startMs),
    stopDate: epochSeconds(stopMs),
    status: execution.status,
    ...executionData(execution, includedData),
    traceHeader: execution.traceHeader,
    billingDetails: billingDetails(stopMs - startMs),
  };
});

function billingDetails(durationMs: number): Answer {
  return {
    billedMemoryUsedInMB: BILLED_MEMORY_MB,
    billedDurationInMilliseconds: Math.max(1, Math.ceil(durationMs / BILLED_DURATION_MS)) * BILLED_DURATION_MS,
  };
}
