import { Command, InvalidArgumentError, Option } from 'commander';
import type { Json, JsonObject } from '../../core/json.ts';
import { formatTimestamp } from '../../core/timestamp.ts';
import { addEndpointOptions, clientOf, type EndpointOptions, machineArnOf } from '../endpoint-options.ts';
import { duration, fail, note, print, printJson, table } from '../output.ts';

const EXAMPLES = `
Examples:
  redstep list                            state machines
  redstep list order                      its executions, newest first
  redstep list order --status FAILED --limit 5 --json`;

const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'];

interface ListOptions extends EndpointOptions {
  readonly status?: string;
  readonly limit: number;
  readonly json?: boolean;
}

export function listCommand(): Command {
  return addEndpointOptions(
    new Command('list')
      .summary('list state machines, or executions of one')
      .description('Lists the state machines of a server, or the executions of one, newest first.')
      .argument('[machine]', 'a state machine: its name or ARN')
      .addOption(new Option('-s, --status <status>', 'only executions of this status').choices(STATUSES))
      .option('-l, --limit <count>', 'how many at most', parseLimit, 100)
      .option('--json', "print a JSON array of the API's items"),
  )
    .addHelpText('after', EXAMPLES)
    .action((machine: string | undefined, options: ListOptions) => list(machine, options).catch(fail));
}

async function list(machine: string | undefined, options: ListOptions): Promise<void> {
  const client = clientOf(options);
  const { status, limit, json } = options;
  if (machine === undefined) {
    const machines = await client.list('ListStateMachines', {}, 'stateMachines', limit);
    if (json) return printJson(machines);
    return show(machines.map(({ name, type, creationDate }) => [String(name), String(type), time(creationDate)]));
  }
  const query = {
    stateMachineArn: machineArnOf(machine, options),
    ...(status === undefined ? {} : { statusFilter: status }),
  };
  const executions = await client.list('ListExecutions', query, 'executions', limit);
  if (json) return printJson(executions);
  show(executions.map(executionRow));
}

function executionRow({ name, status, startDate, stopDate }: JsonObject): string[] {
  const took = stopDate === undefined ? '' : duration((Number(stopDate) - Number(startDate)) * 1_000);
  return [String(name), String(status), time(startDate), took];
}

function show(rows: readonly (readonly string[])[]): void {
  if (rows.length === 0) note('none');
  else print(table(rows));
}

function time(epochSeconds: Json | undefined): string {
  return formatTimestamp(Number(epochSeconds) * 1_000);
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1) throw new InvalidArgumentError('A limit is a number from 1.');
  return limit;
}
