import { stateMachineArn } from '../../core/arn.ts';
import type { StateMachine } from '../../runtime/ports/state-machine.ts';
import { type Answer, epochSeconds } from '../aws-json.ts';
import { integer, text } from '../input-schema.ts';
import { pageCursor, pageToken } from '../page-token.ts';
import { InvalidToken } from '../service-error.ts';
import { type Action, action } from './action.ts';
import { PAGE_ITEMS_DEFAULT } from './page-size.ts';

/** Those of the request's region, in the order of their names. */
export const listStateMachines: Action = action(
  { maxResults: integer(0, 1000), nextToken: text({ min: 1, max: 1024 }) },
  ({ maxResults, nextToken }, { engine, account, region }) => {
    const prefix = stateMachineArn(region, account, '');
    const scope = ['ListStateMachines', prefix];
    const after = nextToken === undefined ? '' : pageCursor(nextToken, scope, engine.now());
    if (typeof after !== 'string') throw new InvalidToken();
    const limit = maxResults || PAGE_ITEMS_DEFAULT;
    const machines = engine.machines
      .list()
      .filter(({ arn, name }) => arn.startsWith(prefix) && name > after)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const page = machines.slice(0, limit);
    const last = page.at(-1);
    return {
      stateMachines: page.map(listed),
      nextToken: last !== undefined && machines.length > limit ? pageToken(scope, last.name, engine.now()) : undefined,
    };
  },
);

function listed({ arn, name, type, creationMs }: StateMachine): Answer {
  return { stateMachineArn: arn, name, type, creationDate: epochSeconds(creationMs) };
}
