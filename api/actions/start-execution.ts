import { PAYLOAD_BYTES_MAX } from '../../core/limits.ts';
import { epochSeconds } from '../aws-json.ts';
import { boolean, type Field, requiredText, text } from '../input-schema.ts';
import { payloadProblem } from '../json-text.ts';
import { startableStateMachine } from '../resource-arn.ts';
import { checkName } from '../resource-name.ts';
import { ExecutionAlreadyExists, InvalidExecutionInput } from '../service-error.ts';
import { type Action, action } from './action.ts';

/** The members that StartExecution and StartSyncExecution share. */
export const START: StartShape = {
  stateMachineArn: requiredText({ min: 1, max: 256 }),
  name: text({ min: 1, max: 80 }),
  input: text({ max: PAYLOAD_BYTES_MAX, sensitive: true }),
  traceHeader: text({ max: 256 }),
};

type StartShape = {
  readonly stateMachineArn: Field<string>;
  readonly name: Field<string | undefined>;
  readonly input: Field<string | undefined>;
  readonly traceHeader: Field<string | undefined>;
};

export const startExecution: Action = action(
  { ...START, nameIsOurs: boolean },
  async ({ stateMachineArn, name, nameIsOurs, input = '{}', traceHeader }, context) => {
    if (name !== undefined) checkName(name);
    const machine = await startableStateMachine(stateMachineArn, context);
    checkInput(input);
    const ownName = name ?? context.engine.newName();
    if (name === undefined) context.askAgainWith({ name: ownName, nameIsOurs: true });
    const request = { machine, name: ownName, input, traceHeader };
    const nameIs = name === undefined ? 'new' : nameIsOurs === true ? 'asked again' : undefined;
    const answer = await context.engine.startExecution(nameIs === undefined ? request : { ...request, nameIs });
    if (answer.type === 'AlreadyExists') throw new ExecutionAlreadyExists(answer.executionArn);
    return { executionArn: answer.executionArn, startDate: epochSeconds(answer.startMs) };
  },
);

/** @throws {InvalidExecutionInput} */
export function checkInput(input: string): void {
  const problem = payloadProblem(input, 'execution input');
  if (problem !== undefined) throw new InvalidExecutionInput(problem);
}
