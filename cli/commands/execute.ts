import { Command } from 'commander';
import type { Json, JsonObject } from '../../core/json.ts';
import { EXIT_FAILED } from '../cli-error.ts';
import type { Client } from '../client.ts';
import { addEndpointOptions, clientOf, type EndpointOptions, machineArnOf } from '../endpoint-options.ts';
import { readJsonOption } from '../json-source.ts';
import { readApiEvent } from '../live/api-events.ts';
import { openLiveView } from '../live/live-view.ts';
import { colorsOf, fail, note, print, printJsonText } from '../output.ts';

const EXAMPLES = `
Examples:
  redstep execute order --input '{"id":7}'            starts, and prints the execution's ARN
  redstep execute order --input @order.json --wait    shows it live, and prints its output
  redstep execute order --name 2026-11-23 --wait      a name is used once: a second start is refused, or finds the first

Exit code with --wait: 0 succeeded; 1 failed, timed out, aborted; 2 it could not begin.`;

interface ExecuteOptions extends EndpointOptions {
  readonly input?: string;
  readonly name?: string;
  readonly wait?: boolean;
}

/** How long to wait between two looks at an execution: longer and longer, in milliseconds. */
const POLL_MS = 50;
const POLL_MS_MAX = 1_000;
const POLL_GROWTH = 1.3;
/** As many events as a history can have. */
const EVENTS_MAX = 25_000;

export function executeCommand(): Command {
  return addEndpointOptions(
    new Command('execute')
      .summary('start an execution on a server')
      .description('Starts an execution of a state machine.')
      .argument('<machine>', 'the state machine: its name or ARN')
      .option('-i, --input <json|@file>', 'the input (default: {})')
      .option('-n, --name <name>', 'name of the execution (default: a random one)')
      .option('-w, --wait', 'wait for its end, show it live and print its output'),
  )
    .addHelpText('after', EXAMPLES)
    .action((machine: string, options: ExecuteOptions) => execute(machine, options).catch(fail));
}

async function execute(machine: string, options: ExecuteOptions): Promise<void> {
  const client = clientOf(options);
  const stateMachineArn = machineArnOf(machine, options);
  const input = await readJsonOption('--input', options.input ?? '{}');
  const request: JsonObject = { stateMachineArn, input, ...(options.name === undefined ? {} : { name: options.name }) };
  if (!options.wait) {
    const { executionArn } = await client.call('StartExecution', request);
    return print(String(executionArn));
  }
  const { type } = await client.call('DescribeStateMachine', { stateMachineArn });
  if (type === 'EXPRESS') return conclude(await client.call('StartSyncExecution', request));
  const { executionArn = '' } = await client.call('StartExecution', request);
  conclude(await follow(client, executionArn));
}

/** Shows an execution until its end. */
async function follow(client: Client, executionArn: Json): Promise<JsonObject> {
  const view = openLiveView(process.stderr);
  let told = 0;
  try {
    for (let pauseMs = POLL_MS; ; pauseMs = Math.min(POLL_MS_MAX, pauseMs * POLL_GROWTH)) {
      const description = await client.call('DescribeExecution', { executionArn });
      const events = await client.list('GetExecutionHistory', { executionArn }, 'events', EVENTS_MAX);
      for (const event of events.slice(told)) view.event(readApiEvent(event));
      if (events.length > told) pauseMs = POLL_MS;
      told = events.length;
      if (description.status !== 'RUNNING') return description;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  } finally {
    view.close();
  }
}

function conclude({ status, output, error, cause }: JsonObject): void {
  const colors = colorsOf(process.stderr);
  const reason = [error, cause].filter((part) => typeof part === 'string' && part !== '').join(': ');
  const succeeded = status === 'SUCCEEDED';
  note(`${(succeeded ? colors.green : colors.red)(String(status))}${reason === '' ? '' : `  ${reason}`}`);
  if (succeeded) printJsonText(String(output));
  process.exitCode = succeeded ? 0 : EXIT_FAILED;
}
