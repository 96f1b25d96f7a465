import fc from 'fast-check';
import { executionArn, stateMachineArn } from '../../core/arn.ts';
import { executionKeyOf } from '../../runtime/actor/execution-key.ts';
import type { TaskAnswer } from '../../runtime/engine.ts';
import type { MachineType, StateMachine } from '../../runtime/ports/state-machine.ts';
import { DEADLY_ARN, FUNCTION_ARN, LAST_ARN, RANDOM_INPUT, randomDefinition } from './random-definition.ts';
import { attemptText } from './simulated-workers.ts';
import { NO_ANSWER, type World } from './world.ts';

/** Parameters and Assign are where turns can be made to throw: at the start, at a task's result, at a time. */
const EXPRESS_DEFINITION = {
  StartAt: 'Work',
  States: {
    Work: {
      Type: 'Task',
      Resource: FUNCTION_ARN,
      Parameters: {},
      TimeoutSeconds: 20,
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Wait' }],
      Assign: { worked: true },
      Next: 'Wait',
    },
    Wait: { Type: 'Wait', Seconds: 2, Next: 'Last' },
    Last: { Type: 'Task', Resource: LAST_ARN, Parameters: {}, End: true },
  },
};

const DEADLY_DEFINITION = {
  StartAt: 'Work',
  States: { Work: { Type: 'Task', Resource: DEADLY_ARN, End: true } },
};

/** Characters that make a log of several chunks. */
const PADDING = 20_000;

/** Clients that create machines, start executions, ask again when they got no answer, look, and stop. */
export async function runWorkload(world: World, seed: number): Promise<void> {
  const definitions = fc.sample(randomDefinition, { seed, numRuns: world.dice.chance(0.2) ? 2 : 1 });
  const standard = await Promise.all(
    definitions.map((definition, i) => createMachine(world, `m${i}`, 'STANDARD', definition)),
  );
  const express = await createMachine(world, 'x', 'EXPRESS', EXPRESS_DEFINITION);
  const startSome = (): Promise<void>[] =>
    Array.from({ length: 1 + world.dice.below(4) }, (_, i) =>
      startStandard(world, standard[i % standard.length] ?? express, world.dice.chance(0.7) ? `e${i}` : undefined),
    );
  const starts = startSome();
  // Under the same names, when those before may have ended, and may have gone.
  if (world.dice.chance(0.25))
    starts.push(world.time.sleep(world.dice.between(0, 200_000)).then(() => all(startSome())));
  for (let i = world.dice.below(3); i > 0; i--) starts.push(startExpress(world, express));
  for (let i = world.dice.below(2); i > 0; i--) starts.push(startSyncExpress(world, express));
  if (world.dice.chance(0.05)) {
    const deadly = await createMachine(world, 'd', 'STANDARD', DEADLY_DEFINITION);
    starts.push(startStandard(world, deadly, undefined));
  }
  await Promise.all(starts);
}

async function all(works: readonly Promise<void>[]): Promise<void> {
  await Promise.all(works);
}

async function createMachine(world: World, name: string, type: MachineType, definition: object): Promise<StateMachine> {
  const arn = stateMachineArn('us-east-1', '123456789012', name);
  const fields = {
    arn,
    name,
    type,
    definition: JSON.stringify(definition),
    roleArn: 'arn:aws:iam::123456789012:role/r',
    configuration: {},
  };
  for (;;) {
    const machine = await world.ask((engine) => engine.machines.create(fields));
    if (machine !== NO_ANSWER) return machine;
    await world.time.sleep(world.dice.between(1, 500));
  }
}

/** Its definition stays: who starts it meanwhile runs one revision or the other. */
async function updateMachine(world: World, { arn }: StateMachine): Promise<void> {
  const roleArn = `arn:aws:iam::123456789012:role/r${world.dice.below(1_000)}`;
  const updated = await world.ask(async ({ machines }) => {
    const machine = machines.get(arn);
    return machine && machines.update(machine, { roleArn });
  });
  world.checkers.claim(updated !== undefined, `${arn}: created, and not there to be updated`);
}

async function startStandard(world: World, machine: StateMachine, name: string | undefined): Promise<void> {
  const { time, dice } = world;
  await time.sleep(dice.between(0, 5_000));
  if (dice.chance(0.2)) world.also(updateMachine(world, machine));
  const padding = dice.chance(0.1) ? 'x'.repeat(PADDING) : '';
  const input = JSON.stringify({ ...RANDOM_INPUT, n: dice.below(6), padding });
  if (name !== undefined && dice.chance(0.3)) world.also(start(world, machine, name, input));
  const arn = await start(world, machine, name, input);
  if (arn === undefined) return;
  if (name !== undefined && dice.chance(0.3)) {
    await time.sleep(dice.between(0, 200));
    await start(world, machine, name, dice.chance(0.8) ? input : '{}');
  }
  for (let looks = dice.below(4); looks > 0; looks--) {
    await time.sleep(dice.between(0, 10_000));
    const removals = world.checkers.removals(executionKeyOf(arn));
    const history = await world.ask((engine) => engine.history(arn, true));
    const isSame = world.checkers.removals(executionKeyOf(arn)) === removals;
    if (history !== NO_ANSWER && isSame) world.checkers.showed(arn, history);
  }
  if (dice.chance(0.15)) await stop(world, arn);
}

/** @returns the ARN, if the start was answered in the end. */
async function start(
  world: World,
  machine: StateMachine,
  name: string | undefined,
  input: string,
): Promise<string | undefined> {
  let own = name;
  for (;;) {
    const answer = await world.ask(async (engine) => {
      const current = await engine.machines.find(machine.arn);
      world.checkers.claim(current !== undefined, `${machine.arn}: created, and lost`);
      const nameIs = name !== undefined ? undefined : own === undefined ? 'new' : 'asked again';
      own ??= engine.newName();
      return engine.startExecution({
        machine: current ?? machine,
        name: own,
        ...(nameIs === undefined ? {} : { nameIs }),
        input,
        traceHeader: undefined,
      });
    });
    if (answer !== NO_ANSWER) {
      world.trace(`client: ${name ?? 'unnamed'} ${answer.type}`);
      world.checkers.started(answer.executionArn, input, answer);
      world.checkers.claim(
        name !== undefined || answer.type === 'Started',
        `${answer.executionArn}: started without a name, and said to exist already`,
      );
      return name === undefined ? answer.executionArn : executionArn(machine.arn, name, false);
    }
    // Whoever leaves the name to us cannot ask again: he would start another one.
    if (name === undefined) return undefined;
    await world.time.sleep(world.dice.between(1, 1_000));
  }
}

async function startExpress(world: World, machine: StateMachine): Promise<void> {
  await world.time.sleep(world.dice.between(0, 8_000));
  const answer = await world.ask((engine) =>
    engine.startExecution({ machine, name: undefined, input: '{}', traceHeader: undefined }),
  );
  if (answer !== NO_ANSWER) world.checkers.acceptedExpress.add(answer.executionArn);
}

async function startSyncExpress(world: World, machine: StateMachine): Promise<void> {
  await world.time.sleep(world.dice.between(0, 8_000));
  const ended = await world.ask((engine) =>
    engine.startSyncExecution({ machine, name: undefined, input: '{}', traceHeader: undefined }),
  );
  if (ended === NO_ANSWER) return;
  world.trace(`client: ${ended.executionArn.split(':').at(-1)} ${ended.status}`);
  world.checkers.syncExpressEnded(ended);
}

async function stop(world: World, arn: string): Promise<void> {
  const stopped = await world.ask((engine) => engine.stopExecution(arn, 'Stopped', 'by a client'));
  if (stopped !== NO_ANSWER) world.checkers.stopped(arn);
}

/** Somebody outside the process who has got a task's token, and insists on answering it. */
export async function answerToken(world: World, token: string): Promise<void> {
  const { time, dice } = world;
  await time.sleep(dice.between(0, 3_000));
  if (dice.chance(0.3)) await world.ask((engine) => engine.answerTask(token, { type: 'TaskHeartbeat' }));
  await time.sleep(dice.between(0, 3_000));
  const answer: TaskAnswer = dice.chance(0.8)
    ? { type: 'TaskSucceeded', output: '{"n":1}' }
    : { type: 'TaskFailed', error: 'Boom', cause: undefined };
  world.checkers.answered(token);
  for (let times = dice.chance(0.2) ? 2 : 1; times > 0; ) {
    const taken = await world.ask((engine) => engine.answerTask(token, answer));
    if (taken !== NO_ANSWER) {
      world.trace(`client: answers ${attemptText(token)}: ${taken}`);
      world.checkers.tokenAnswered(token, taken);
      times--;
    } else await time.sleep(dice.between(1, 1_000));
  }
}
