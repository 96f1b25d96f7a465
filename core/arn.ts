/** ARNs of Step Functions: `arn:PARTITION:states:REGION:ACCOUNT:KIND:NAME[:…]`. */

export interface StateMachineArn {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly machine: string;
  /** A version's number or an alias's name. */
  readonly qualifier: string | undefined;
}

export function stateMachineArn(region: string, account: string, machine: string): string {
  return `arn:aws:states:${region}:${account}:stateMachine:${machine}`;
}

export function executionArn(machineArn: string, name: string, express: boolean): string {
  return `${machineArn.replace(':stateMachine:', express ? ':express:' : ':execution:')}:${name}`;
}

const STATE_MACHINE = /^arn:(aws[\w-]*):states:([\w-]+):(\d+):stateMachine:([^:]+)(?::([^:]+))?$/;

/** Undefined: not the ARN of a state machine. */
export function parseStateMachineArn(arn: string): StateMachineArn | undefined {
  const [, partition, region, account, machine, qualifier] = STATE_MACHINE.exec(arn) ?? [];
  if (partition === undefined || region === undefined || account === undefined || machine === undefined)
    return undefined;
  return { partition, region, account, machine, qualifier };
}

export interface ExecutionArn {
  readonly region: string;
  readonly account: string;
  readonly machine: string;
  readonly name: string;
  readonly express: boolean;
}

const EXECUTION = /^arn:aws[\w-]*:states:([\w-]+):(\d+):(execution|express):([^:]+):([^:]+)(?::[^:]+)?$/;

/** Undefined: not the ARN of an execution. */
export function parseExecutionArn(arn: string): ExecutionArn | undefined {
  const [, region, account, kind, machine, name] = EXECUTION.exec(arn) ?? [];
  if (region === undefined || account === undefined || machine === undefined || name === undefined) return undefined;
  return { region, account, machine, name, express: kind === 'express' };
}

/** Names a branch of an execution that runs as an execution of its own, as if it were one. */
export function branchArn(executionArn: string, frameId: number): string {
  return `${executionArn}:${frameId}`;
}

/** `arn:…:execution:MACHINE:NAME` → NAME. */
export function executionName(arn: string): string {
  return arn.split(':')[7] ?? '';
}

/** `arn:…:stateMachine:MACHINE[:QUALIFIER]` → MACHINE. */
export function stateMachineName(arn: string): string {
  return arn.split(':')[6] ?? '';
}
