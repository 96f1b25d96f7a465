import type { HistoryEvent } from '../../core/history/history-event.ts';
import { type Answer, epochSeconds } from '../aws-json.ts';
import { boolean, integer, requiredText, text } from '../input-schema.ts';
import { pageCursor, pageToken } from '../page-token.ts';
import { checkExecutionArn } from '../resource-arn.ts';
import { ExecutionDoesNotExist, InvalidToken } from '../service-error.ts';
import { type Action, action } from './action.ts';
import { PAGE_ITEMS_DEFAULT } from './page-size.ts';

export const getExecutionHistory: Action = action(
  {
    executionArn: requiredText({ min: 1, max: 256 }),
    maxResults: integer(0, 1000),
    reverseOrder: boolean,
    nextToken: text({ min: 1, max: 1024 }),
    includeExecutionData: boolean,
  },
  async (input, { engine }) => {
    const { executionArn, reverseOrder = false, nextToken, includeExecutionData = true } = input;
    checkExecutionArn(executionArn);
    const scope = ['GetExecutionHistory', executionArn, reverseOrder];
    const start = nextToken === undefined ? 0 : pageCursor(nextToken, scope, engine.now());
    if (typeof start !== 'number') throw new InvalidToken();
    const events = await engine.history(executionArn, includeExecutionData);
    if (events === undefined) throw new ExecutionDoesNotExist(executionArn);
    if (reverseOrder) events.reverse();
    const end = start + (input.maxResults || PAGE_ITEMS_DEFAULT);
    return {
      events: events.slice(start, end).map(shown),
      nextToken: end < events.length ? pageToken(scope, end, engine.now()) : undefined,
    };
  },
);

function shown({ timestampMs, type, id, previousEventId, detailsName, details }: HistoryEvent): Answer {
  const event = { timestamp: epochSeconds(timestampMs), type, id, previousEventId };
  return detailsName === undefined ? event : { ...event, [detailsName]: details };
}
