import { afterEach, expect, test } from 'vitest';
import { createBroken, openEngine, settled } from '../open-engine.ts';

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

const WORK = 'arn:aws:lambda:us-east-1:123456789012:function:work';
const BROKEN = { Type: 'Pass', Parameters: {}, End: true };
const AT_ONCE = { StartAt: 'Broken', States: { Broken: BROKEN } };
const AFTER_WORK = {
  StartAt: 'Work',
  States: { Work: { Type: 'Task', Resource: WORK, Next: 'Broken' }, Broken: BROKEN },
};
const branch = (name: string) => ({
  StartAt: name,
  States: { [name]: { Type: 'Task', Resource: WORK, End: true } },
});
const AFTER_BRANCHES = {
  StartAt: 'Both',
  States: {
    Both: {
      Type: 'Parallel',
      Branches: [branch('A'), branch('B')],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Broken' }],
      Next: 'Broken',
    },
    Broken: BROKEN,
  },
};

test('an execution whose first turn throws is answered as failed with States.Runtime', async () => {
  const { engine } = await openEngine(teardown);
  const machine = await createBroken(engine, 'EXPRESS', AT_ONCE);
  let shown: readonly string[] = [];

  const ended = await engine.startSyncExecution(
    { machine, name: undefined, input: '{}', traceHeader: undefined },
    (history) => {
      shown = history.map(({ type }) => type);
    },
  );

  expect(ended).toMatchObject({
    status: 'FAILED',
    error: 'States.Runtime',
    cause: 'An internal error occurred: sabotage',
  });
  expect(shown.at(-1)).toBe('ExecutionFailed');
});

test('an execution whose later turn throws is answered as failed with States.Runtime', async () => {
  const { engine, dispatched } = await openEngine(teardown);
  const machine = await createBroken(engine, 'EXPRESS', AFTER_WORK);

  const ended = engine.startSyncExecution({ machine, name: undefined, input: '{}', traceHeader: undefined });
  dispatched[0]?.report({ type: 'Succeeded', output: '{}' });

  expect(await ended).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
});

test('a task that a turn let go of before it threw is cancelled all the same', async () => {
  const { engine, dispatched, cancelled } = await openEngine(teardown);
  const machine = await createBroken(engine, 'EXPRESS', AFTER_BRANCHES);
  void engine.startSyncExecution({ machine, name: undefined, input: '{}', traceHeader: undefined });

  dispatched[0]?.report({ type: 'Failed', error: 'Boom', cause: '' });
  await settled();

  expect(dispatched).toHaveLength(2);
  expect(cancelled).toContain(dispatched[1]?.task.token);
});
