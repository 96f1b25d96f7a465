import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { Engine } from '../../../../runtime/engine.ts';
import type { MachineType, StateMachine } from '../../../../runtime/ports/state-machine.ts';
import type { TaskRequest, TaskResult } from '../../../../runtime/ports/task-dispatcher.ts';
import { MemoryStore } from '../../../../runtime/stores/memory/memory-store.ts';
import { systemClock } from '../../../../runtime/system-clock.ts';
import { systemRandom } from '../../../../runtime/system-random.ts';

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

const WORK = 'arn:aws:lambda:us-east-1:123456789012:function:work';
/** Works, then passes; the turn that enters Broken throws what no execution can see. */
const DEFINITION = {
  StartAt: 'Work',
  States: {
    Work: { Type: 'Task', Resource: WORK, Next: 'Broken' },
    Broken: { Type: 'Pass', Parameters: {}, End: true },
  },
};

async function setup() {
  const reports: ((result: TaskResult) => void)[] = [];
  const log: string[] = [];
  const dispatch = (_task: TaskRequest, report: (result: TaskResult) => void): void => void reports.push(report);
  const engine = await Engine.open({
    store: new MemoryStore(),
    clock: systemClock,
    random: systemRandom,
    dispatcher: { dispatch, cancel: () => undefined },
    mapConcurrencyMax: 40,
    crashesMax: 3,
    log: (level, text) => void log.push(`${level}: ${text}`),
    fatal: (error) => void log.push(`fatal: ${error}`),
  });
  teardown.push(() => engine.close());
  return { engine, reports, log };
}

/** A machine with a programmer's error in one of its states. */
async function createBroken(engine: Engine, type: MachineType, definition: object): Promise<StateMachine> {
  const arn = `arn:aws:states:us-east-1:123456789012:stateMachine:${type}`;
  const fields = { arn, name: type, type, definition: JSON.stringify(definition), roleArn: '', configuration: {} };
  const machine = await engine.machines.create(fields);
  const flow = engine.machines.program(machine.revision).states.get('Broken')?.flow;
  const broken = () => {
    throw new TypeError('sabotage');
  };
  Object.assign(flow ?? {}, { parameters: broken });
  return machine;
}

function start(engine: Engine, machine: StateMachine) {
  return engine.startExecution({ machine, name: undefined, input: '{}', traceHeader: undefined });
}

/** All that is ready has gone on, and been committed. */
async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await setImmediate();
}

test('a turn that throws fails its own execution with States.Runtime', async () => {
  const { engine, reports, log } = await setup();
  const machine = await createBroken(engine, 'STANDARD', DEFINITION);
  const { executionArn } = await start(engine, machine);

  reports[0]?.({ type: 'Succeeded', output: '{}' });
  await settled();

  const history = await engine.history(executionArn, true);
  expect(history?.map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'LambdaFunctionScheduled',
    'LambdaFunctionStarted',
    'ExecutionFailed',
  ]);
  expect(history?.at(-1)?.details).toMatchObject({
    error: 'States.Runtime',
    cause: 'An internal error occurred: sabotage',
  });
  expect(log.join('\n')).toContain('sabotage');
});

test('executions whose turns are gathered with one that throws go on', async () => {
  const { engine, reports } = await setup();
  const broken = await createBroken(engine, 'STANDARD', DEFINITION);
  const fields = {
    arn: `${broken.arn}2`,
    name: 'sound',
    type: 'STANDARD',
    definition: JSON.stringify(DEFINITION),
    roleArn: '',
    configuration: {},
  } as const;
  const sound = await engine.machines.create(fields);
  await start(engine, broken);
  const { executionArn } = await start(engine, sound);

  for (const report of reports) report({ type: 'Succeeded', output: '{}' });
  await settled();

  expect(await engine.describeExecution(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
});

test('a start whose first turn throws is refused, and leaves nothing', async () => {
  const { engine } = await setup();
  const machine = await createBroken(engine, 'STANDARD', {
    StartAt: 'Broken',
    States: { Broken: DEFINITION.States.Broken },
  });

  await expect(start(engine, machine)).rejects.toThrow('sabotage');

  expect(await engine.listExecutions(machine.arn, { status: undefined, limit: 10, after: undefined })).toEqual([]);
});

test('an Express execution whose turn throws has failed with States.Runtime', async () => {
  const { engine, reports } = await setup();
  const machine = await createBroken(engine, 'EXPRESS', DEFINITION);

  const ended = engine.startSyncExecution({ machine, name: undefined, input: '{}', traceHeader: undefined });
  reports[0]?.({ type: 'Succeeded', output: '{}' });

  expect(await ended).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
});
