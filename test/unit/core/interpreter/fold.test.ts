import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HistoryEvent } from '../../../../core/history/history-event.ts';
import { earliestDue } from '../../../../core/interpreter/execution.ts';
import type { Message } from '../../../../core/interpreter/messages.ts';
import { checkFold, executionState } from '../../../simulation/fold-check.ts';
import { randomDefinition } from '../../../simulation/random-definition.ts';
import { DrivenExecution } from './driven-execution.ts';

// fast-check prints the seed and the path of a failure.

const RUNS = 100;

const picks = fc.array(fc.nat(0xfff), { maxLength: 40 });

/** Runs a random definition through random messages and to its end, and looks at it after each. */
function everywhere(newLook: () => (driven: DrivenExecution) => void): void {
  fc.assert(
    fc.property(randomDefinition, picks, (definition, choices) => {
      const look = newLook();
      const driven = new DrivenExecution(definition);
      look(driven);
      for (const pick of choices) {
        driven.act(pick);
        look(driven);
      }
      driven.finish();
      look(driven);
    }),
    { numRuns: RUNS },
  );
}

test('the log folds to the execution in memory after every step', () => {
  everywhere(
    () =>
      ({ program, turns, execution }) =>
        checkFold(program, turns, execution),
  );
});

test('event ids are contiguous from 1 on, and each event follows an earlier one', () => {
  everywhere(() => (driven) => {
    const history = driven.history();

    expect(history.map(({ id }) => id)).toEqual(history.map((_, i) => i + 1));
    expect(history.length).toBe(driven.execution.lastEventId);
    expect(history.filter(({ id, previousEventId }) => previousEventId >= id)).toEqual([]);
  });
});

test('what a history has shown once stays as it was', () => {
  everywhere(() => {
    let shown: HistoryEvent[] = [];
    return (driven) => {
      const history = driven.history();

      expect(history.slice(0, shown.length)).toEqual(shown);
      shown = history;
    };
  });
});

test('every attempt of a task has a number of its own', () => {
  everywhere(
    () =>
      ({ scheduled }) =>
        expect(new Set(scheduled).size).toBe(scheduled.length),
  );
});

test('a history has one end, and it comes last', () => {
  everywhere(() => (driven) => {
    const ends = driven.history().filter(({ type }) => ENDS.has(type));

    expect(ends.length).toBe(driven.execution.end === undefined ? 0 : 1);
    if (driven.execution.end !== undefined) expect(driven.history().at(-1)).toEqual(ends[0]);
  });
});

const ENDS = new Set(['ExecutionSucceeded', 'ExecutionFailed', 'ExecutionAborted', 'ExecutionTimedOut']);

test('a message that comes late, or a second time, changes nothing', () => {
  everywhere(() => (driven) => {
    for (const message of late(driven)) {
      const before = executionState(driven.execution);
      const entries = driven.turns.flat().length;
      const turns = driven.turns.length;

      const { effects } = driven.send(message);

      const header = driven.turns.length === turns ? 0 : 2;
      expect(effects).toEqual([]);
      expect(executionState(driven.execution)).toBe(before);
      expect(driven.turns.flat().length - header).toBe(entries);
    }
  });
});

/** Attempts that are asked about again. */
const LOOK_BACK = 3;

/** What has nothing more to say to it. */
function late({ execution, results, nowMs }: DrivenExecution): Message[] {
  const stale: Message[] = results.slice(-LOOK_BACK);
  for (const { taskNumber } of results.slice(-LOOK_BACK)) {
    stale.push({ type: 'TaskHeartbeat', taskNumber }, { type: 'TaskSubmitted', taskNumber, output: '{}' });
  }
  if ((earliestDue(execution) ?? Number.POSITIVE_INFINITY) > nowMs) stale.push({ type: 'TimeHasCome' });
  if (execution.end !== undefined) stale.push({ type: 'Stop', error: 'again', cause: undefined }, { type: 'Continue' });
  return stale;
}

test('an execution ends when all that it waits for has been answered', () => {
  fc.assert(
    fc.property(randomDefinition, picks, (definition, choices) => {
      const driven = new DrivenExecution(definition);
      for (const pick of choices) driven.act(pick);

      driven.finish();

      expect(driven.execution.end).toBeDefined();
      expect(driven.execution.tasks.size + driven.execution.frames.size).toBe(0);
    }),
    { numRuns: RUNS },
  );
});
