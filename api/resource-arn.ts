import { parseExecutionArn, parseStateMachineArn } from '../core/arn.ts';
import type { StateMachine } from '../runtime/ports/state-machine.ts';
import type { ActionContext } from './actions/action.ts';
import { InvalidArn, StateMachineDoesNotExist } from './service-error.ts';

/** As it is. @throws {InvalidArn | StateMachineDoesNotExist | NotOwner} */
export function existingStateMachine(arn: string, { engine }: ActionContext): StateMachine {
  return engine.machines.get(arn) ?? missing(arn);
}

/** On any node, as it was a second ago. @throws {InvalidArn | StateMachineDoesNotExist} */
export async function startableStateMachine(arn: string, { engine }: ActionContext): Promise<StateMachine> {
  return (await engine.machines.find(arn)) ?? missing(arn);
}

function missing(arn: string): never {
  checkStateMachineArn(arn);
  throw new StateMachineDoesNotExist(arn);
}

/** @throws {InvalidArn} not the ARN of a state machine, a version or an alias. */
export function checkStateMachineArn(arn: string): void {
  if (parseStateMachineArn(arn) === undefined) throw invalidArn(arn, 'stateMachine');
}

/** @throws {InvalidArn} not the ARN of a Standard execution: AWS tells nothing about Express ones. */
export function checkExecutionArn(arn: string): void {
  const parsed = parseExecutionArn(arn);
  if (parsed === undefined || parsed.express) throw invalidArn(arn, 'execution');
}

const ROLE = /^arn:aws[\w-]*:iam::\d{12}:role\/.+$/;

/** @throws {InvalidArn} */
export function checkRoleArn(arn: string): void {
  if (!ROLE.test(arn)) throw InvalidArn.role(arn);
}

/** Says what is wrong with an ARN where one of a `wanted` was expected. */
function invalidArn(arn: string, wanted: string): InvalidArn {
  if (!arn.startsWith('arn:')) return InvalidArn.because(`Invalid ARN prefix: ${arn}`);
  const [, , service, , , type] = arn.split(':');
  if (service === 'states' && type !== undefined && type !== wanted) {
    return InvalidArn.because(`Resource type not valid in this context: ${type}`);
  }
  return InvalidArn.because(arn);
}
