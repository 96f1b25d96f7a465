import { expect, test } from 'vitest';
import { createApp } from '../../../../app.ts';
import { ExecutionTree, type Lane } from '../../../../cli/live/execution-tree.ts';
import { stateMachineArn } from '../../../../core/arn.ts';
import type { HistoryEvent } from '../../../../core/history/history-event.ts';

/** Runs a definition on the engine itself. @returns its history. */
async function historyOf(definition: object, input: object = {}): Promise<readonly HistoryEvent[]> {
  const app = await createApp({});
  const machine = await app.engine.machines.create({
    arn: stateMachineArn('us-east-1', '123456789012', 'm'),
    name: 'm',
    type: 'EXPRESS',
    definition: JSON.stringify(definition),
    roleArn: 'arn:aws:iam::123456789012:role/r',
    configuration: {},
  });
  let events: readonly HistoryEvent[] = [];
  const request = { machine, name: undefined, input: JSON.stringify(input), traceHeader: undefined };
  await app.engine.startSyncExecution(request, (history) => {
    events = history;
  });
  await app.stop();
  return events;
}

async function treeOf(definition: object, input?: object): Promise<ExecutionTree> {
  const tree = new ExecutionTree();
  for (const event of await historyOf(definition, input)) tree.apply(event);
  return tree;
}

/** `✓`: succeeded, `c`: caught, `x`: failed, `-`: aborted; lanes in brackets below their state. */
function drawn(lane: Lane): string {
  const symbols = { running: '?', succeeded: '✓', caught: 'c', failed: 'x', aborted: '-' };
  return lane.visits
    .map(({ name, outcome, lanes }) => {
      const below = lanes.map((child) => `${child.label}: ${drawn(child)}`).join(', ');
      return `${symbols[outcome]}${name}${below === '' ? '' : ` [${below}]`}`;
    })
    .join(' ');
}

const pass = (name: string, more: object = { End: true }) => ({ [name]: { Type: 'Pass', ...more } });
const block = (name: string, state: object) => ({ StartAt: name, States: { [name]: state } });
const missing = { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:123456789012:function:missing', End: true };

test('states of a sequence follow each other', async () => {
  const tree = await treeOf({ StartAt: 'A', States: { ...pass('A', { Next: 'B' }), ...pass('B') } });

  expect(drawn(tree.root)).toBe('✓A ✓B');
});

test('branches stand below their Parallel, each with its own states', async () => {
  const left = { StartAt: 'L1', States: { ...pass('L1', { Next: 'L2' }), ...pass('L2') } };
  const right = { StartAt: 'R', States: pass('R') };
  const tree = await treeOf({
    StartAt: 'Both',
    States: { Both: { Type: 'Parallel', Branches: [left, right], Next: 'After' }, ...pass('After') },
  });

  expect(drawn(tree.root)).toBe('✓Both [branch 1: ✓L1 ✓L2, branch 2: ✓R] ✓After');
});

test('iterations stand below their Map, nested ones below theirs, also when few run at once', async () => {
  const inner = { Type: 'Map', MaxConcurrency: 1, ItemProcessor: { StartAt: 'In', States: pass('In') }, End: true };
  const outer = { Type: 'Map', MaxConcurrency: 1, ItemProcessor: block('Inner', inner), Next: 'After' };
  const tree = await treeOf(
    { StartAt: 'Outer', States: { Outer: { ...outer, ItemsPath: '$.rows' }, ...pass('After') } },
    {
      rows: [[1, 2], [3]],
    },
  );

  expect(drawn(tree.root)).toBe(
    '✓Outer [item 0: ✓Inner [item 0: ✓In, item 1: ✓In], item 1: ✓Inner [item 0: ✓In]] ✓After',
  );
});

test('a Map over nothing has no iterations and goes on', async () => {
  const map = { Type: 'Map', ItemsPath: '$.none', ItemProcessor: { StartAt: 'In', States: pass('In') }, Next: 'After' };
  const tree = await treeOf({ StartAt: 'Each', States: { Each: map, ...pass('After') } }, { none: [] });

  expect(drawn(tree.root)).toBe('✓Each ✓After');
});

test('a failure that is caught leads on; the state shows it', async () => {
  const task = { ...missing, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Undo' }] };
  const tree = await treeOf({ StartAt: 'Do', States: { Do: task, ...pass('Undo') } });

  expect(drawn(tree.root)).toBe('cDo ✓Undo');
  expect(tree.root.visits[0]?.failure).toMatch(/^Lambda\.ResourceNotFoundException: /);
});

test('when a branch fails, its siblings are aborted and the Parallel fails', async () => {
  const tree = await treeOf({
    StartAt: 'Both',
    States: {
      Both: {
        Type: 'Parallel',
        Branches: [block('Bad', missing), block('Slow', { Type: 'Wait', Seconds: 9, End: true })],
        End: true,
      },
    },
  });

  expect(drawn(tree.root)).toBe('xBoth [branch 1: xBad, branch 2: -Slow]');
});

test('a Fail state has failed, with the error of the execution', async () => {
  const tree = await treeOf(block('Stop', { Type: 'Fail', Error: 'Broken', Cause: 'on purpose' }));

  expect(drawn(tree.root)).toBe('xStop');
  expect(tree.root.visits[0]?.failure).toBe('Broken: on purpose');
});

test('attempts are counted, and what the last one failed with is kept', async () => {
  const retry = { ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 1 };
  const tree = await treeOf(block('Try', { ...missing, Retry: [retry] }));

  expect(tree.root.visits[0]).toMatchObject({ attempts: 2, outcome: 'failed' });
});
