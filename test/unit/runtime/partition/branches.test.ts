import { expect, test } from 'vitest';
import { Payload } from '../../../../core/interpreter/payload.ts';
import { start } from '../../../../core/interpreter/step.ts';
import { Activation } from '../../../../runtime/actor/activation.ts';
import { branchKeyOf, executionKeyOf } from '../../../../runtime/actor/execution-key.ts';
import { TurnHost } from '../../../../runtime/actor/turn-host.ts';
import { Branches } from '../../../../runtime/partition/branches.ts';
import type { ExecutionEnvelope } from '../../../../runtime/partition/mailbox-message.ts';
import type { Clock } from '../../../../runtime/ports/clock.ts';
import { MemoryStore } from '../../../../runtime/stores/memory/memory-store.ts';
import { systemClock } from '../../../../runtime/system-clock.ts';
import { compileOrThrow, FACTS } from '../../core/interpreter/driven-execution.ts';

const branch = (name: string) => ({ StartAt: name, States: { [name]: { Type: 'Wait', Seconds: 60, End: true } } });
const PROGRAM = compileOrThrow(
  { StartAt: 'Both', States: { Both: { Type: 'Parallel', Branches: [branch('Left'), branch('Right')], End: true } } },
  'spread',
);
const KEY = executionKeyOf(FACTS.executionArn);

/** The branches of a partition whose time the test turns, and a root with two of them whose first turn is not durable. */
function setup() {
  const posted: ExecutionEnvelope[] = [];
  const due: (() => void)[] = [];
  const at: Clock['at'] = (_, run) => {
    due.push(run);
    return () => undefined;
  };
  const clock = { ...systemClock, at };
  const activation = new Activation(KEY, 'm');
  const branches = new Branches(
    {
      store: new MemoryStore(),
      clock,
      post: async (envelope) => void posted.push(envelope),
      log: () => undefined,
      writeRecords: async () => undefined,
      activations: new Map([[KEY, activation]]),
    },
    0,
  );
  const options = { nowMs: 1_000, host: new TurnHost(FACTS.secret, 1), sink: activation.openTurn(1_000) };
  const { execution, effects } = start(PROGRAM, FACTS, Payload.ofText('{}'), options);
  activation.execution = execution;
  activation.gathered = true;
  const spawns = effects.filter((effect) => effect.type === 'SpawnBranch');
  return {
    branches,
    activation,
    execution,
    spawns,
    posted,
    timeToSayAgain: () => {
      for (const run of due.splice(0)) run();
    },
  };
}

const keysOf = (envelopes: readonly ExecutionEnvelope[]) => envelopes.map(({ executionKey }) => executionKey);

test('what is said again leaves out branches whose beginning is not durable yet', () => {
  const { branches, execution, spawns, posted, timeToSayAgain } = setup();
  const [first] = spawns;
  if (first !== undefined) branches.perform(execution, first); // as of a turn before

  timeToSayAgain();

  expect(keysOf(posted)).toEqual([branchKeyOf(FACTS.executionArn, first?.frame.id ?? 0)]);
});

test('a branch that is not known to have begun is begun again once its root is durable, until it is known', () => {
  const { branches, activation, execution, spawns, posted, timeToSayAgain } = setup();
  const keys = spawns.map(({ frame }) => branchKeyOf(FACTS.executionArn, frame.id));
  for (const spawn of spawns) branches.perform(execution, spawn);

  timeToSayAgain();
  activation.gathered = false;
  timeToSayAgain();
  timeToSayAgain();

  expect(keysOf(posted)).toEqual([...keys, ...keys, ...keys]);
});
