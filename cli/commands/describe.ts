import { Command } from 'commander';
import { parseStateMachineArn } from '../../core/arn.ts';
import type { JsonObject } from '../../core/json.ts';
import {
  addEndpointOptions,
  clientOf,
  type EndpointOptions,
  executionArnOf,
  machineArnOf,
} from '../endpoint-options.ts';
import { fail, printJson } from '../output.ts';

const EXAMPLES = `
Examples:
  redstep describe order                          a state machine, with its definition
  redstep describe order:2026-11-23               an execution: MACHINE:NAME, or its ARN
  redstep describe order:2026-11-23 | jq -r .output`;

export function describeCommand(): Command {
  return addEndpointOptions(
    new Command('describe')
      .summary('show a state machine or an execution')
      .description('Prints what the API tells of a state machine or an execution, as JSON.')
      .argument('<what>', "a state machine's name or ARN, or an execution's MACHINE:NAME or ARN"),
  )
    .addHelpText('after', EXAMPLES)
    .action((what: string, options: EndpointOptions) => describe(what, options).catch(fail));
}

async function describe(what: string, options: EndpointOptions): Promise<void> {
  const client = clientOf(options);
  const ofMachine = what.startsWith('arn:') ? parseStateMachineArn(what) !== undefined : !what.includes(':');
  const answer: JsonObject = ofMachine
    ? await client.call('DescribeStateMachine', { stateMachineArn: machineArnOf(what, options) })
    : await client.call('DescribeExecution', { executionArn: executionArnOf(what, options) });
  printJson(answer);
}
