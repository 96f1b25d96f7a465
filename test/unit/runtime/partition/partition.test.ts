import { afterEach, expect, test, vi } from 'vitest';
import { TurnHost } from '../../../../runtime/actor/turn-host.ts';
import { MemoryStore } from '../../../../runtime/stores/memory/memory-store.ts';
import { SimulatedTime } from '../../../simulation/simulated-time.ts';
import { createBroken, createMachine, openEngine, settled, start } from '../open-engine.ts';

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
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

/** While one branch waits for its task, the task of the other times out and is tried again. */
const RETRIED = {
  StartAt: 'Both',
  States: {
    Both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'A', States: { A: { Type: 'Task', Resource: WORK, End: true } } },
        {
          StartAt: 'B',
          States: {
            B: {
              Type: 'Task',
              Resource: WORK,
              TimeoutSeconds: 10,
              Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1, JitterStrategy: 'FULL' }],
              End: true,
            },
          },
        },
      ],
      End: true,
    },
  },
};

test('a turn that throws fails its own execution with States.Runtime', async () => {
  const { engine, dispatched, log } = await openEngine(teardown);
  const machine = await createBroken(engine, 'STANDARD', DEFINITION);
  const { executionArn } = await start(engine, machine);

  dispatched[0]?.report({ type: 'Succeeded', output: '{}' });
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
  const { engine, dispatched } = await openEngine(teardown);
  const broken = await createBroken(engine, 'STANDARD', DEFINITION);
  const sound = await createMachine(engine, 'sound', 'STANDARD', DEFINITION);
  await start(engine, broken);
  const { executionArn } = await start(engine, sound);

  for (const { report } of dispatched) report({ type: 'Succeeded', output: '{}' });
  await settled();

  expect(await engine.describeExecution(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
});

test('a start whose first turn throws is refused, and leaves nothing', async () => {
  const { engine } = await openEngine(teardown);
  const machine = await createBroken(engine, 'STANDARD', {
    StartAt: 'Broken',
    States: { Broken: DEFINITION.States.Broken },
  });

  await expect(start(engine, machine)).rejects.toThrow('sabotage');

  expect(await engine.listExecutions(machine.arn, { status: undefined, limit: 10, after: undefined })).toEqual([]);
});

test('a retry that is due in the millisecond of the timeout before it is made', async () => {
  vi.spyOn(TurnHost.prototype, 'random').mockReturnValue(0);
  const time = new SimulatedTime(0);
  const clock = {
    now: () => time.nowMs,
    elapsed: () => time.nowMs,
    at: (atMs: number, run: () => void) => time.at(atMs, run),
    soon: (run: () => void) => void time.after(0, run),
  };
  const { engine, dispatched } = await openEngine([], new MemoryStore(), clock);
  const goOn = async (untilMs: number): Promise<void> => {
    for (time.at(untilMs, () => undefined); time.nowMs < untilMs; ) {
      await settled();
      time.advance();
    }
    await settled();
  };
  const created = createMachine(engine, 'retried', 'STANDARD', RETRIED);
  await goOn(1);
  const started = created.then((machine) => start(engine, machine));
  await goOn(1_000);
  await started;
  expect(dispatched).toHaveLength(2);

  await goOn(20_000);

  expect(dispatched).toHaveLength(3);
});
