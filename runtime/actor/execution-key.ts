import { branchArn, type ExecutionArn, parseExecutionArn, type StateMachineArn } from '../../core/arn.ts';

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

/** Branches are listed for themselves: nobody asks for them there. */
export function branchesKeyOf(arn: ExecutionArn | StateMachineArn): string {
  return machineKeyOf(arn) + BRANCHES;
}

/** In which listing an execution, or a branch, stands. */
export function machineKeyOfExecution(executionKey: string): string {
  const arn = parseExecutionArn(executionArnOf(executionKey));
  if (arn === undefined) return '';
  return isBranchKey(executionKey) ? branchesKeyOf(arn) : machineKeyOf(arn);
}

const BRANCHES = ':branches';

/** The state machine that a listing belongs to: one of its executions, or of their branches. */
export function machineOfListing(listing: string): string {
  return isListingOfBranches(listing) ? listing.slice(0, -BRANCHES.length) : listing;
}

/** Whether it is `REGION:ACCOUNT:MACHINE:branches`: a name has no colon. */
export function isListingOfBranches(listing: string): boolean {
  return listing.endsWith(BRANCHES);
}

/** The key of a branch that is an execution of its own. */
export function branchKeyOf(executionArn: string, frameId: number): string {
  return executionKeyOf(branchArn(executionArn, frameId));
}

const BRANCH_KEY = /^[^:]*:[^:]*:execution:[^:]*:[^:]*:/;

/** The key of the execution that a branch belongs to. */
export function rootKeyOf(branchKey: string): string {
  return branchKey.slice(0, branchKey.lastIndexOf(':'));
}

/** Whether it is `REGION:ACCOUNT:execution:MACHINE:NAME:FRAME`. */
export function isBranchKey(executionKey: string): boolean {
  return BRANCH_KEY.test(executionKey);
}
