import type { JsonObject } from '../../core/json.ts';
import type { Ledger } from './ledger.ts';
import { STORM_MACHINES } from './storm-machines.ts';
import { problemsOf, type StormEvent } from './storm-verdict.ts';

/** Asked about at a time. */
const INSPECTED_AT_ONCE = 16;

/** Calls the API: what it answers, as JSON. Rejects when it refuses, or nobody answers. */
export type CallApi = (action: string, input: JsonObject) => Promise<JsonObject>;

/**
 * Looks at executions that have ended. @returns a line for each that is not whole.
 *
 * @param accepted the machine of each, by ARN.
 */
export async function inspectExecutions(
  call: CallApi,
  accepted: ReadonlyMap<string, string>,
  ledger: Ledger,
): Promise<string[]> {
  const left = [...accepted];
  const problems: string[] = [];
  const inspect = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const [arn, machine] = next;
      const found = await inspectExecution(call, arn, machine, ledger.attempts(arn));
      if (found.length > 0) problems.push(`${machine} ${arn}: ${found.join('; ')}`);
    }
  };
  await Promise.all(Array.from({ length: INSPECTED_AT_ONCE }, inspect));
  return problems;
}

async function inspectExecution(
  call: CallApi,
  executionArn: string,
  name: string,
  effects: readonly number[],
): Promise<readonly string[]> {
  const machine = STORM_MACHINES[name];
  if (machine === undefined) return [`there is no machine ${name}`];
  const { status, output } = await call('DescribeExecution', { executionArn });
  const { events } = await call('GetExecutionHistory', { executionArn, maxResults: 1_000 });
  const history = events as unknown as readonly StormEvent[]; // as the API's model has it
  const text = typeof output === 'string' ? output : undefined;
  return problemsOf({ machine, status: String(status), output: text, history, effects });
}
