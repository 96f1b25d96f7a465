import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HistoryEvent } from '../../../../core/history/history-event.ts';
import type { JsonObject } from '../../../../core/json.ts';
import { HISTORY_EVENTS_MAX } from '../../../../core/limits.ts';
import { Dice } from '../../../simulation/dice.ts';
import { randomDefinition } from '../../../simulation/random-definition.ts';
import { compileOrThrow } from './driven-execution.ts';
import { SpreadNetwork } from './spread-network.ts';
import { act, chains, runToEnd, STORM } from './spread-runs.ts';

// fast-check prints the seed and the path of a failure. The network looks at the fold of each log after each turn.

const RUNS = 100;

const seeds = fc.nat(0xffff_ffff);
const picks = fc.array(fc.nat(0xfff), { maxLength: 40 });

test('spread branches end with what they end with in their root, and the history has the same events in each branch', () => {
  let compared = 0;
  fc.assert(
    fc.property(randomDefinition, seeds, (definition, seed) => {
      const local = runToEnd(definition, 'local', seed);
      const spread = runToEnd(definition, 'spread', seed, STORM);
      // Where branches are aborted, which of them comes how far depends on the order of what happens at the same time.
      if (
        local
          .history()
          .some(({ type }) => /Failed$|Aborted$|TimedOut$/.test(type) && !/^(Task|Lambda|Activity)/.test(type))
      )
        return;
      compared += spread.released.size;

      expect(spread.root.execution.end?.output?.text).toBe(local.root.execution.end?.output?.text);
      expect(chains(spread.history())).toEqual(chains(local.history()));
    }),
    { numRuns: RUNS },
  );
  expect(compared).toBeGreaterThan(RUNS / 4);
});

/** Runs a random definition through random messages and trouble, and looks at it after each. */
function everywhere(newLook: () => (network: SpreadNetwork) => void): void {
  fc.assert(
    fc.property(randomDefinition, seeds, picks, (definition, seed, choices) => {
      const look = newLook();
      const network = new SpreadNetwork(compileOrThrow(definition, 'spread'), new Dice(seed), STORM);
      look(network);
      for (const pick of choices) {
        act(network, pick);
        look(network);
      }
    }),
    { numRuns: RUNS },
  );
}

test('event ids stay contiguous, each event follows an earlier one, and what was shown once stays', () => {
  everywhere(() => {
    let shown: HistoryEvent[] = [];
    return (network) => {
      const history = network.history();

      expect(history.map(({ id }) => id)).toEqual(history.map((_, i) => i + 1));
      expect(history.length).toBe(network.root.execution.lastEventId);
      expect(history.filter(({ id, previousEventId }) => previousEventId >= id)).toEqual([]);
      expect(history.slice(0, shown.length)).toEqual(shown);
      shown = history;
    };
  });
});

test('nothing follows the end of the root, and its branches are released', () => {
  fc.assert(
    fc.property(randomDefinition, seeds, picks, (definition, seed, choices) => {
      const network = new SpreadNetwork(compileOrThrow(definition, 'spread'), new Dice(seed), STORM);
      for (const pick of choices) act(network, pick);
      network.send(0, { type: 'Stop', error: undefined, cause: undefined });
      const history = network.history();

      network.settle();

      expect(network.branches.size).toBe(0);
      expect(network.history()).toEqual(history);
    }),
    { numRuns: RUNS },
  );
});

function mapOver(items: number[], states: JsonObject, startAt: string): JsonObject {
  const ItemProcessor = { StartAt: startAt, States: states };
  return { StartAt: 'M', States: { M: { Type: 'Map', Items: items, ItemProcessor, End: true } } };
}

test('a cause that quotes an event quotes its id in the history of the root', () => {
  const broken = { Type: 'Pass', Output: "{% $error('no') %}", End: true };
  const definition = {
    QueryLanguage: 'JSONata',
    ...mapOver([1, 2], { First: { Type: 'Pass', Next: 'Bad' }, Bad: broken }, 'First'),
  };

  const history = runToEnd(definition, 'spread', 7, STORM).history();

  const { cause } = history.findLast(({ type }) => type === 'ExecutionFailed')?.details ?? {};
  const quoted = history[Number(/state 'Bad' \(entered at the event id #(\d+)\)/.exec(String(cause))?.[1]) - 1];
  expect([quoted?.type, quoted?.details?.name]).toEqual(['PassStateEntered', 'Bad']);
});

test('a branch that never ends fills the history of its root, which then fails, and is released', () => {
  const on = { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'On' }], Default: 'Off' };
  const definition = mapOver([1, 2], { On: on, Off: { Type: 'Succeed' } }, 'On');

  const network = runToEnd({ QueryLanguage: 'JSONata', ...definition }, 'spread', 7);

  expect(network.root.execution.end?.cause).toContain('maximum number of history events');
  expect(network.root.execution.lastEventId).toBeLessThanOrEqual(HISTORY_EVENTS_MAX);
  expect(network.branches.size).toBe(0);
});
