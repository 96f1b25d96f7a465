import { jsonEqual } from '../../core/json.ts';
import { DEFINITION_BYTES_MAX } from '../../core/limits.ts';
import type { Revision, StateMachineChange } from '../../runtime/ports/state-machine.ts';
import { epochSeconds } from '../aws-json.ts';
import { CONFIGURATION, requestedConfiguration, shownConfiguration } from '../configuration.ts';
import { boolean, requiredText, text } from '../input-schema.ts';
import { checkRoleArn, existingStateMachine } from '../resource-arn.ts';
import { MissingRequiredParameter } from '../service-error.ts';
import { type Action, action } from './action.ts';
import { checkDefinition, checkVersion } from './create-state-machine.ts';

export const updateStateMachine: Action = action(
  {
    stateMachineArn: requiredText({ min: 1, max: 256 }),
    definition: text({ min: 1, max: DEFINITION_BYTES_MAX, sensitive: true }),
    roleArn: text({ min: 1, max: 256 }),
    publish: boolean,
    versionDescription: text({ max: 256, sensitive: true }),
    ...CONFIGURATION,
  },
  async (input, context) => {
    const { definition, roleArn } = input;
    const machine = existingStateMachine(input.stateMachineArn, context);
    checkVersion(input.publish, input.versionDescription);
    const configuration = requestedConfiguration(input);
    if (definition === undefined && roleArn === undefined && Object.keys(configuration).length === 0) {
      throw new MissingRequiredParameter(
        'Either the definition, the role ARN, the LoggingConfiguration, the TracingConfiguration or the EncryptionConfiguration must be specified',
      );
    }
    if (roleArn !== undefined) checkRoleArn(roleArn);
    if (definition !== undefined) checkDefinition(definition, machine.type);

    const change = {
      configuration,
      ...(definition !== undefined && { definition }),
      ...(roleArn !== undefined && { roleArn }),
    };
    const { engine } = context;
    const { revision } = changes(machine.revision, change) ? await engine.machines.update(machine, change) : machine;
    return { updateDate: epochSeconds(revision.updateMs), revisionId: revision.initial ? undefined : revision.id };
  },
);

/** An update to what is there already makes no new revision. */
function changes(revision: Revision, { definition, roleArn, configuration }: StateMachineChange): boolean {
  const before = { ...shownConfiguration(revision.configuration) };
  return (
    (definition !== undefined && definition !== revision.definition) ||
    (roleArn !== undefined && roleArn !== revision.roleArn) ||
    !jsonEqual(before, { ...before, ...configuration })
  );
}
