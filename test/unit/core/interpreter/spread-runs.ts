import type { HistoryEvent } from '../../../../core/history/history-event.ts';
import type { Execution, Frame } from '../../../../core/interpreter/execution.ts';
import type { Message } from '../../../../core/interpreter/messages.ts';
import type { Placement } from '../../../../core/interpreter/placement.ts';
import type { JsonObject } from '../../../../core/json.ts';
import { eventChains } from '../../../conformance/event-chains.ts';
import { Dice } from '../../../simulation/dice.ts';
import { RANDOM_ERRORS } from '../../../simulation/random-definition.ts';
import { compileOrThrow } from './driven-execution.ts';
import { SpreadNetwork, type Trouble } from './spread-network.ts';

const CALM: Trouble = { lost: 0, doubled: 0, crashed: 0 };

export const STORM: Trouble = { lost: 0.1, doubled: 0.2, crashed: 0.1 };

/** Runs a definition to its end: time goes by when there is nothing else to do. What tasks answer depends on what they are given alone. */
export function runToEnd(
  definition: JsonObject,
  placement: Placement,
  seed: number,
  trouble: Trouble = CALM,
): SpreadNetwork {
  const dice = new Dice(seed);
  const network = new SpreadNetwork(compileOrThrow(definition, placement), dice, trouble);
  for (let left = 20_000; left > 0; left--) {
    network.settle();
    if (network.ended && network.branches.size === 0) return network;
    const waiting = network.actors.flatMap(([address, { execution }]) =>
      [...execution.tasks].map(([number, frame]) => [address, answerTo(number, frame)] as const),
    );
    const [first, ...others] = waiting;
    if (first === undefined) network.advance();
    else network.send(...dice.pick([first, ...others]));
  }
  throw new TypeError('the execution does not end');
}

/** The first attempt fails of a task that would be tried again. */
function answerTo(taskNumber: number, { state, retryCount }: Frame): Message {
  const fails =
    retryCount === 0 &&
    state?.retry.some(({ errorEquals, maxAttempts }) => errorEquals.includes('Boom') && maxAttempts > 0);
  if (fails) return { type: 'TaskFailed', taskNumber, error: 'Boom', cause: `of ${state?.name}` };
  return { type: 'TaskSucceeded', taskNumber, output: `{"n": ${(state?.name.length ?? 0) % 5}, "items": [1]}` };
}

/** Does something that could happen now, on any of them; `pick` says what. */
export function act(network: SpreadNetwork, pick: number): void {
  const actors = network.actors;
  const [address, { execution }] = actors[(pick >> 8) % actors.length] ?? [0, network.root];
  if (pick % 3 === 0) return network.deliverOne();
  if (pick % 16 === 1) return network.advance();
  network.send(address, somethingTo(execution, pick));
}

function somethingTo(execution: Execution, pick: number): Message {
  const inFlight = [...execution.tasks.keys()];
  const taskNumber = inFlight[(pick >> 4) % inFlight.length];
  if (pick % 64 === 7 && execution.branch === undefined) return { type: 'Stop', error: 'Stopped', cause: undefined };
  if (taskNumber === undefined) return { type: 'Continue' };
  const error = RANDOM_ERRORS[(pick >> 5) % RANDOM_ERRORS.length];
  if (pick % 4 === 0) return { type: 'TaskFailed', taskNumber, error, cause: 'why' };
  if (pick % 7 === 0) return { type: 'TaskHeartbeat', taskNumber };
  return { type: 'TaskSucceeded', taskNumber, output: pick % 8 === 1 ? '"short"' : '{"n": 4, "items": []}' };
}

/** A task token names whoever waits for it. */
const TOKEN = /[0-9a-z]+\.0{8}[-0-9a-f]*\.arn%3A[^"\\]*/g;

/** What is the same however branches overtake each other. */
export function chains(history: readonly HistoryEvent[]): string[] {
  return eventChains(
    history.map(({ previousEventId, type, timestampMs, details }) => {
      const text = `${timestampMs} ${type} ${JSON.stringify(details)}`.replace(TOKEN, 'TOKEN');
      return { previousEventId, type, text };
    }),
  );
}
