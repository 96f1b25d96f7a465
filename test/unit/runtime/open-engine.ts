import { setImmediate } from 'node:timers/promises';
import type { Placement } from '../../../core/interpreter/placement.ts';
import { Engine } from '../../../runtime/engine.ts';
import type { Clock } from '../../../runtime/ports/clock.ts';
import type { StartAnswer } from '../../../runtime/ports/start-request.ts';
import type { MachineType, StateMachine } from '../../../runtime/ports/state-machine.ts';
import type { Store } from '../../../runtime/ports/store.ts';
import type { TaskRequest, TaskResult } from '../../../runtime/ports/task-dispatcher.ts';
import { MemoryStore } from '../../../runtime/stores/memory/memory-store.ts';
import { systemClock } from '../../../runtime/system-clock.ts';
import { systemRandom } from '../../../runtime/system-random.ts';

/** An engine whose tasks are answered by the test, with what it did to the outside. */
export interface OpenEngine {
  readonly engine: Engine;
  /** Tasks as they left, each with the way to answer it. */
  readonly dispatched: { readonly task: TaskRequest; readonly report: (result: TaskResult) => void }[];
  /** Tokens of the attempts that nobody waits for any more. */
  readonly cancelled: string[];
  readonly log: string[];
}

export async function openEngine(
  teardown: (() => unknown)[],
  store: Store = new MemoryStore(),
  clock: Clock = systemClock,
  placement: Placement = 'auto',
): Promise<OpenEngine> {
  const dispatched: OpenEngine['dispatched'] = [];
  const cancelled: string[] = [];
  const log: string[] = [];
  const engine = await Engine.open({
    store,
    clock,
    random: systemRandom,
    dispatcher: {
      dispatch: (task, report) => void dispatched.push({ task, report }),
      cancel: (token) => void cancelled.push(token),
    },
    mapConcurrencyMax: 40,
    placement,
    crashesMax: 3,
    version: '0',
    log: (level, text) => void log.push(`${level}: ${text}`),
    fatal: (error) => void log.push(`fatal: ${error}`),
  });
  teardown.push(() => engine.close());
  return { engine, dispatched, cancelled, log };
}

export function createMachine(
  engine: Engine,
  name: string,
  type: MachineType,
  definition: object,
): Promise<StateMachine> {
  const arn = `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;
  return engine.machines.create({
    arn,
    name,
    type,
    definition: JSON.stringify(definition),
    roleArn: '',
    configuration: {},
  });
}

/** A machine with a programmer's error. */
export async function createBroken(engine: Engine, type: MachineType, definition: object): Promise<StateMachine> {
  const machine = await createMachine(engine, type, type, definition);
  breakState(engine, machine);
  return machine;
}

/** From now on the entry of the state `Broken`, which has Parameters, throws what no execution can see. */
export function breakState(engine: Engine, { revision }: StateMachine): void {
  const flow = engine.machines.program(revision).states.get('Broken')?.flow;
  const broken = () => {
    throw new TypeError('sabotage');
  };
  Object.assign(flow ?? {}, { parameters: broken });
}

export function start(engine: Engine, machine: StateMachine): Promise<StartAnswer> {
  return engine.startExecution({ machine, name: undefined, input: '{}', traceHeader: undefined });
}

/** All that is ready has gone on, and been committed. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await setImmediate();
}
