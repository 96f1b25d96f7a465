import { executionName } from '../../core/arn.ts';
import type { HistoryEvent } from '../../core/history/history-event.ts';
import { formatTimestamp } from '../../core/timestamp.ts';
import type { Summary } from '../live/follow-execution.ts';
import { print } from '../output.ts';

/** One JSON object for programs. Input and output stand in it as the execution has them, digit for digit. */
export function printRunJson(summary: Summary, events: readonly HistoryEvent[]): void {
  const { executionArn, status, startMs, stopMs, input, output, error, cause } = summary;
  const members: [name: string, json: string | undefined][] = [
    ['executionArn', JSON.stringify(executionArn)],
    ['name', JSON.stringify(executionName(executionArn))],
    ['status', JSON.stringify(status)],
    ['startDate', JSON.stringify(formatTimestamp(startMs))],
    ['stopDate', stopMs === undefined ? undefined : JSON.stringify(formatTimestamp(stopMs))],
    ['input', withoutBlanks(input)],
    ['output', output === undefined ? undefined : withoutBlanks(output)],
    ['error', JSON.stringify(error)],
    ['cause', JSON.stringify(cause)],
    ['events', JSON.stringify(events.map(eventJson))],
  ];
  print(`{${members.flatMap(([name, json]) => (json === undefined ? [] : [`"${name}":${json}`])).join(',')}}`);
}

/** JSON text without the white space between its tokens. */
function withoutBlanks(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
}

/** As GetExecutionHistory answers it, with a readable timestamp. */
function eventJson({ id, previousEventId, timestampMs, type, detailsName, details }: HistoryEvent): object {
  const event = { id, previousEventId, timestamp: formatTimestamp(timestampMs), type };
  return detailsName === undefined ? event : { ...event, [detailsName]: details };
}
