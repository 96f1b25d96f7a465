import { executionName } from '../../core/arn.ts';
import { isObject, type Json } from '../../core/json.ts';
import type { ListedExecution, ListQuery } from '../../runtime/ports/execution-summary.ts';
import { type Answer, epochSeconds } from '../aws-json.ts';
import { integer, oneOf, text } from '../input-schema.ts';
import { pageCursor, pageToken } from '../page-token.ts';
import { startableStateMachine } from '../resource-arn.ts';
import { InvalidToken, ResourceNotFound, StateMachineTypeNotSupported, ValidationException } from '../service-error.ts';
import { type Action, action } from './action.ts';
import { PAGE_ITEMS_DEFAULT } from './page-size.ts';

/** Newest first. */
export const listExecutions: Action = action(
  {
    stateMachineArn: text({ min: 1, max: 256 }),
    // The order in which AWS's message names them.
    statusFilter: oneOf('SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING'),
    maxResults: integer(0, 1000),
    nextToken: text({ min: 1, max: 3096 }),
    mapRunArn: text({ min: 1, max: 2000 }),
    redriveFilter: oneOf('REDRIVEN', 'NOT_REDRIVEN'),
  },
  async ({ stateMachineArn, statusFilter, maxResults, nextToken, mapRunArn, redriveFilter }, context) => {
    const { engine } = context;
    if (stateMachineArn === undefined) throw noStateMachine(mapRunArn);
    if (mapRunArn !== undefined) throw new ValidationException('Provide either a state machine ARN or a Map Run ARN');
    const machine = await startableStateMachine(stateMachineArn, context);
    if (machine.type === 'EXPRESS') throw new StateMachineTypeNotSupported();
    const scope = ['ListExecutions', stateMachineArn, statusFilter, redriveFilter];
    const after = nextToken === undefined ? undefined : cursor(pageCursor(nextToken, scope, engine.now()));
    // Executions cannot be redriven yet: none has been.
    if (redriveFilter === 'REDRIVEN') return { executions: [] };

    const limit = maxResults || PAGE_ITEMS_DEFAULT;
    const found = await engine.listExecutions(machine.arn, { status: statusFilter, limit: limit + 1, after });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      executions: page.map((execution) => listed(execution, machine.arn)),
      nextToken:
        last !== undefined && found.length > limit
          ? pageToken(scope, { startMs: last.startMs, executionArn: last.executionArn }, engine.now())
          : undefined,
    };
  },
);

/** There are no Map Runs here: whichever is asked for is not found. */
function noStateMachine(mapRunArn: string | undefined): ValidationException | ResourceNotFound {
  if (mapRunArn !== undefined) return new ResourceNotFound(mapRunArn);
  return new ValidationException('Must provide a StateMachine ARN or MapRun ARN');
}

function cursor(json: Json): NonNullable<ListQuery['after']> {
  if (!isObject(json)) throw new InvalidToken();
  const { startMs, executionArn } = json;
  if (typeof startMs !== 'number' || typeof executionArn !== 'string') throw new InvalidToken();
  return { startMs, executionArn };
}

function listed({ executionArn, status, startMs, stopMs }: ListedExecution, stateMachineArn: string): Answer {
  return {
    executionArn,
    stateMachineArn,
    name: executionName(executionArn),
    status,
    startDate: epochSeconds(startMs),
    stopDate: stopMs === undefined ? undefined : epochSeconds(stopMs),
    redriveCount: 0,
  };
}
