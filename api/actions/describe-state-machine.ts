import { validateDefinition } from '../../core/definition/validate.ts';
import { variableReferences } from '../../core/definition/variable-references.ts';
import type { Revision } from '../../runtime/ports/state-machine.ts';
import { type Answer, epochSeconds } from '../aws-json.ts';
import { shownConfiguration } from '../configuration.ts';
import { requiredText } from '../input-schema.ts';
import { existingStateMachine } from '../resource-arn.ts';
import { type Action, action } from './action.ts';
import { INCLUDED_DATA, type IncludedData } from './execution-data.ts';

export const describeStateMachine: Action = action(
  { stateMachineArn: requiredText({ min: 1, max: 256 }), includedData: INCLUDED_DATA },
  ({ stateMachineArn, includedData }, context) => {
    const { name, status, type, creationMs, revision } = existingStateMachine(stateMachineArn, context);
    return {
      stateMachineArn,
      name,
      status,
      type,
      creationDate: epochSeconds(creationMs),
      ...describedRevision(revision, includedData),
    };
  },
);

/** AWS: "If called with includedData = METADATA_ONLY, the returned definition will be {}." */
const DEFINITION_LEFT_OUT = '{}';

/** The members of a Describe… answer that come with a definition. */
export function describedRevision(revision: Revision, includedData: IncludedData | undefined): Answer {
  const { id, initial, definition, roleArn, configuration } = revision;
  const included = includedData !== 'METADATA_ONLY';
  return {
    definition: included ? definition : DEFINITION_LEFT_OUT,
    roleArn,
    ...shownConfiguration(configuration),
    revisionId: initial ? undefined : id,
    variableReferences: included ? references(revision) : undefined,
  };
}

/** Undefined where no state reads a variable: AWS leaves the member out then. */
function references({ definition: text, type }: Revision): { [stateName: string]: string[] } | undefined {
  const { definition } = validateDefinition(text, { type });
  const found = definition === undefined ? {} : variableReferences(definition);
  return Object.keys(found).length === 0 ? undefined : found;
}
