import { type ExecutionArn, parseExecutionArn, type StateMachineArn } from '../../core/arn.ts';

const PREFIX = 'arn:aws:states:';

/** How the store names an execution: its ARN without what all have in common. */
export function executionKeyOf(executionArn: string): string {
  return executionArn.slice(PREFIX.length);
}

export function executionArnOf(executionKey: string): string {
  return PREFIX + executionKey;
}

/** How the store names a state machine in its listing. */
export function machineKeyOf({ region, account, machine }: ExecutionArn | StateMachineArn): string {
  return `${region}:${account}:${machine}`;
}

export function machineKeyOfExecution(executionKey: string): string {
  const arn = parseExecutionArn(executionArnOf(executionKey));
  return arn === undefined ? '' : machineKeyOf(arn);
}
