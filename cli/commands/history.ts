import { Command } from 'commander';
import type { HistoryEvent } from '../../core/history/history-event.ts';
import { formatTimestamp } from '../../core/timestamp.ts';
import { addEndpointOptions, clientOf, type EndpointOptions, executionArnOf } from '../endpoint-options.ts';
import { readApiEvent } from '../live/api-events.ts';
import { fail, print, printJson, table } from '../output.ts';

const EXAMPLES = `
Examples:
  redstep history order:2026-11-23                     a line for each event: id, after, time, type, what it is about
  redstep history order:2026-11-23 --json | jq '.[-1]'`;

/** As many events as a history can have. */
const EVENTS_MAX = 25_000;
/** Of an input, output or cause, in characters. */
const TEXT_LENGTH_MAX = 100;

interface HistoryOptions extends EndpointOptions {
  readonly json?: boolean;
}

export function historyCommand(): Command {
  return addEndpointOptions(
    new Command('history')
      .summary("show an execution's events")
      .description('Prints the history of a Standard execution, oldest event first.')
      .argument('<execution>', 'its ARN, or MACHINE:NAME')
      .option('--json', "print a JSON array of the API's events"),
  )
    .addHelpText('after', EXAMPLES)
    .action((execution: string, options: HistoryOptions) => history(execution, options).catch(fail));
}

async function history(execution: string, options: HistoryOptions): Promise<void> {
  const executionArn = executionArnOf(execution, options);
  const events = await clientOf(options).list('GetExecutionHistory', { executionArn }, 'events', EVENTS_MAX);
  if (options.json) return printJson(events);
  print(table(events.map(readApiEvent).map(eventRow)));
}

function eventRow({ id, previousEventId, timestampMs, type, details = {} }: HistoryEvent): string[] {
  const about = ['name', 'index', 'length', 'resource', 'error', 'input', 'output', 'cause']
    .map((field) => details[field])
    .filter((value) => value !== undefined && value !== '')
    .map((value) => String(value).slice(0, TEXT_LENGTH_MAX));
  return [String(id), String(previousEventId), formatTimestamp(timestampMs), type, about.join('  ')];
}
