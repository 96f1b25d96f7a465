import { requiredText } from '../input-schema.ts';
import { checkStateMachineArn } from '../resource-arn.ts';
import { type Action, action } from './action.ts';

/** Deleting what is not there is no error, as on AWS. */
export const deleteStateMachine: Action = action(
  { stateMachineArn: requiredText({ min: 1, max: 256 }) },
  async ({ stateMachineArn }, { engine }) => {
    checkStateMachineArn(stateMachineArn);
    const machine = engine.machines.get(stateMachineArn);
    if (machine !== undefined) await engine.machines.delete(machine);
    return {};
  },
);
