import { stateMachineArn } from '../../core/arn.ts';
import { definitionErrorMessage } from '../../core/definition/definition-error-message.ts';
import { validateDefinition } from '../../core/definition/validate.ts';
import { type JsonObject, jsonEqual } from '../../core/json.ts';
import { DEFINITION_BYTES_MAX } from '../../core/limits.ts';
import { wrongPolicyTag } from '../../runtime/ports/history-policy.ts';
import type { MachineType, RevisionConfiguration, StateMachine } from '../../runtime/ports/state-machine.ts';
import { epochSeconds } from '../aws-json.ts';
import { CONFIGURATION, requestedConfiguration, shownConfiguration } from '../configuration.ts';
import { boolean, list, oneOf, requiredText, structure, text } from '../input-schema.ts';
import { checkRoleArn } from '../resource-arn.ts';
import { checkName } from '../resource-name.ts';
import { InvalidDefinition, StateMachineAlreadyExists, TooManyTags, ValidationException } from '../service-error.ts';
import { type Action, action } from './action.ts';

/** AWS: "Quotas", tags per resource. */
const TAGS_MAX = 50;

export const createStateMachine: Action = action(
  {
    name: requiredText({ min: 1, max: 80 }),
    definition: requiredText({ min: 1, max: DEFINITION_BYTES_MAX, sensitive: true }),
    roleArn: requiredText({ min: 1, max: 256 }),
    type: oneOf('STANDARD', 'EXPRESS'),
    tags: list(structure({ key: text({ min: 1, max: 128 }), value: text({ max: 256 }) })),
    publish: boolean,
    versionDescription: text({ max: 256, sensitive: true }),
    ...CONFIGURATION,
  },
  async (input, { engine, account, region }) => {
    const { name, definition, roleArn, type = 'STANDARD' } = input;
    checkName(name);
    checkVersion(input.publish, input.versionDescription);
    const arn = stateMachineArn(region, account, name);
    const tags = (input.tags ?? []).map((tag) => ({ key: tag?.key ?? '', value: tag?.value ?? '' }));
    if (tags.length > TAGS_MAX) throw new TooManyTags(arn);
    const wrongTag = wrongPolicyTag(tags);
    if (wrongTag !== undefined) throw new ValidationException(wrongTag);
    checkRoleArn(roleArn);
    const configuration = requestedConfiguration(input);
    checkDefinition(definition, type);

    const existing = engine.machines.get(arn);
    if (existing === undefined) {
      const machine = await engine.machines.create({ arn, name, type, definition, roleArn, configuration, tags });
      return created(machine);
    }
    if (!isSame(existing, type, definition, configuration)) throw new StateMachineAlreadyExists(arn);
    return created(existing);
  },
);

/** @throws {ValidationException} */
export function checkVersion(publish: boolean | undefined, versionDescription: string | undefined): void {
  if (publish === true) throw new ValidationException('Publishing versions is not supported by this server yet');
  if (versionDescription !== undefined) {
    throw new ValidationException('Version description can only be set when publish is true');
  }
}

/** @throws {InvalidDefinition} naming all errors. */
export function checkDefinition(definition: string, type: MachineType): void {
  const { diagnostics } = validateDefinition(definition, { type });
  if (diagnostics.some(({ severity }) => severity === 'ERROR')) {
    throw new InvalidDefinition(definitionErrorMessage(diagnostics));
  }
}

/** Whether a request asks for what is there. AWS ignores role and tags, and takes the definition letter by letter. */
function isSame(
  machine: StateMachine,
  type: MachineType,
  definition: string,
  configuration: RevisionConfiguration,
): boolean {
  const { revision } = machine;
  return (
    machine.type === type &&
    revision.definition === definition &&
    jsonEqual({ ...shownConfiguration(revision.configuration) }, { ...shownConfiguration(configuration) })
  );
}

function created({ arn, creationMs }: StateMachine): JsonObject {
  return { stateMachineArn: arn, creationDate: epochSeconds(creationMs) };
}
