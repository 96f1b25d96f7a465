import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HistoryEvent } from '../../../../core/history/history-event.ts';
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
