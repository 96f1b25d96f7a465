import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { Engine } from '../../../../runtime/engine.ts';
import type { StateMachine } from '../../../../runtime/ports/state-machine.ts';
import type { TaskRequest, TaskResult } from '../../../../runtime/ports/task-dispatcher.ts';
import { MemoryStore } from '../../../../runtime/stores/memory/memory-store.ts';
import { systemClock } from '../../../../runtime/system-clock.ts';
import { systemRandom } from '../../../../runtime/system-random.ts';
import { HeldFlushStore } from '../../../store/held-flush-store.ts';

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

const ARN = 'arn:aws:states:us-east-1:123456789012:stateMachine:m';
const branch = (name: string) => ({ StartAt: name, States: { [name]: task('function:work') } });
const task = (resource: string) => ({
  Type: 'Task',
  Resource: `arn:aws:lambda:us-east-1:123456789012:${resource}`,
  End: true,
});

const DEFINITION = {
  StartAt: 'First',
  States: {
    First: { ...task('function:first'), End: undefined, Next: 'Both' },
    Both: { Type: 'Parallel', Branches: [branch('Left'), branch('Right')], Next: 'Desk' },
    Desk: { ...task('function:work'), Resource: 'arn:aws:states:us-east-1:123456789012:activity:desk' },
  },
};

/** An engine whose flushes are held, and a machine in it. */
async function setup() {
  const store = new HeldFlushStore(new MemoryStore());
  const dispatched: { readonly task: TaskRequest; readonly report: (result: TaskResult) => void }[] = [];
  const dispatcher = {
    dispatch: (task: TaskRequest, report: (result: TaskResult) => void) => void dispatched.push({ task, report }),
    cancel: () => undefined,
  };
  const engine = await Engine.open({
    store,
    clock: systemClock,
    random: systemRandom,
    dispatcher,
    mapConcurrencyMax: 40,
    crashesMax: 3,
    version: '0',
    log: () => undefined,
    fatal: () => undefined,
  });
  const created = engine.machines.create({
    arn: ARN,
    name: 'm',
    type: 'STANDARD',
    definition: JSON.stringify(DEFINITION),
    roleArn: '',
    configuration: {},
  });
  await store.waitUntilHeld();
  store.release();
  teardown.push(async () => {
    const closed = engine.close();
    for (let i = 0; i < 100; i++) await settled().then(() => store.release());
    await closed;
  });
  return { store, engine, machine: await created, dispatched };
}

function start(
  engine: Engine,
  machine: StateMachine,
  name?: string,
): { readonly answer: Promise<unknown>; answered: boolean } {
  const answer = engine.startExecution({ machine, name, input: '{}', traceHeader: undefined });
  const start = { answer, answered: false };
  void answer.then(() => {
    start.answered = true;
  });
  return start;
}

/** Whatever can go on has gone on. */
async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await setImmediate();
}

test('a start is answered, and its first task leaves, when its commit has been flushed, and not before', async () => {
  const { store, engine, machine, dispatched } = await setup();

  const started = start(engine, machine);
  await store.waitUntilHeld();
  await settled();
  expect(started.answered).toBe(false);
  expect(dispatched).toEqual([]);
  store.release();
  await started.answer;

  expect(dispatched.map(({ task }) => task.stateName)).toEqual(['First']);
});

test('a named start that is asked for again is not answered before the first one is flushed', async () => {
  const { store, engine, machine } = await setup();

  start(engine, machine, 'name');
  await store.waitUntilHeld();
  const again = start(engine, machine, 'name');
  await settled();
  expect(again.answered).toBe(false);
  store.release();

  expect(await again.answer).toMatchObject({ type: 'Started' });
});

test("the tasks of a Parallel's branches leave when what led to them has been flushed, and not before", async () => {
  const { store, engine, machine, dispatched } = await setup();
  const started = start(engine, machine);
  await store.waitUntilHeld();
  store.release();
  await started.answer;

  dispatched[0]?.report({ type: 'Succeeded', output: '{}' });
  await store.waitUntilHeld();
  await settled();
  expect(dispatched.length).toBe(1);
  store.release();
  await settled();

  expect(dispatched.map(({ task }) => task.stateName)).toEqual(['First', 'Left', 'Right']);
});

test('an execution is said to be stopped when its end has been flushed, and not before', async () => {
  const { store, engine, machine } = await setup();
  const started = start(engine, machine, 'name');
  await store.waitUntilHeld();
  store.release();
  await started.answer;

  const stopped = engine.stopExecution(`${ARN.replace('stateMachine', 'execution')}:name`, undefined, undefined);
  let answered = false;
  void stopped.then(() => {
    answered = true;
  });
  await store.waitUntilHeld();
  await settled();
  expect(answered).toBe(false);
  store.release();

  expect(await stopped).toMatchObject({ status: 'ABORTED' });
});
