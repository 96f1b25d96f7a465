import type { ExecutionSummary } from '../../runtime/ports/execution-summary.ts';
import type { Answer } from '../aws-json.ts';
import { type Field, oneOf } from '../input-schema.ts';

export type IncludedData = 'ALL_DATA' | 'METADATA_ONLY';

/** The member that asks to leave data out, where reading it would need a key. */
export const INCLUDED_DATA: Field<IncludedData | undefined> = oneOf('ALL_DATA', 'METADATA_ONLY');

/** The members of an execution that hold its data: input, output, error and cause. */
export function executionData(execution: ExecutionSummary, includedData: IncludedData | undefined): Answer {
  const { input, output, error, cause } = execution;
  const included = includedData !== 'METADATA_ONLY';
  const outputDetails = output === undefined ? undefined : { included };
  if (!included) return { inputDetails: { included }, outputDetails };
  return { input, inputDetails: { included }, output, outputDetails, error, cause };
}
