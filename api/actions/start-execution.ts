import { PAYLOAD_BYTES_MAX } from '../../core/limits.ts';
import type { StartRequest } from '../../runtime/ports/start-request.ts';
import { epochSeconds } from '../aws-json.ts';
import { type Field, requiredText, text } from '../input-schema.ts';
import { payloadProblem } from '../json-text.ts';
import { startableStateMachine } from '../resource-arn.ts';
import { checkName } from '../resource-name.ts';
import { ExecutionAlreadyExists, InvalidExecutionInput } from '../service-error.ts';
import { type Action, type ActionContext, action } from './action.ts';

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

export const startExecution: Action = action(START, async (members, context) => {
  const { stateMachineArn, name, input = '{}', traceHeader } = members;
  if (name !== undefined) checkName(name);
  const machine = await startableStateMachine(stateMachineArn, context);
  checkInput(input);
  const request = { machine, input, traceHeader, ...(name === undefined ? chosenName(context) : { name }) };
  const answer = await context.engine.startExecution(request);
  if (answer.type === 'AlreadyExists') throw new ExecutionAlreadyExists(answer.executionArn);
  return { executionArn: answer.executionArn, startDate: epochSeconds(answer.startMs) };
});

function chosenName({ engine, chosenName: before, chooseName }: ActionContext): Pick<StartRequest, 'name' | 'nameIs'> {
  if (before !== undefined) return { name: before, nameIs: 'asked again' };
  const name = engine.newName();
  chooseName(name);
  return { name, nameIs: 'new' };
}

/** @throws {InvalidExecutionInput} */
export function checkInput(input: string): void {
  const problem = payloadProblem(input, 'execution input');
  if (problem !== undefined) throw new InvalidExecutionInput(problem);
}
