import { stateMachineArn } from '../../core/arn.ts';
import { validateDefinition } from '../../core/definition/validate.ts';
import type { HistoryEvent } from '../../core/history/history-event.ts';
import type { Placement } from '../../core/interpreter/placement.ts';
import type { Json } from '../../core/json.ts';
import { Engine } from '../../runtime/engine.ts';
import type { Clock } from '../../runtime/ports/clock.ts';
import type { ExecutionSummary } from '../../runtime/ports/execution-summary.ts';
import type { StateMachine } from '../../runtime/ports/state-machine.ts';
import { MemoryStore } from '../../runtime/stores/memory/memory-store.ts';
import { SimulatedTime } from '../simulation/simulated-time.ts';
import type { ConformanceCase, Expected, ExpectedEvent } from './conformance-case.ts';
import { ScriptedWorkers } from './scripted-workers.ts';

/** 2030-01-01T00:00:00Z: when every case begins. */
const START_MS = 1_893_456_000_000;
const ROLE = 'arn:aws:iam::123456789012:role/workflows';
/** Turns of the clock after which a case is taken to run for ever. */
const TURNS_MAX = 100_000;

/** Runs a case through the engine, in memory and in simulated time, and tells what came of it as a case would. */
export async function runCase(kase: ConformanceCase, placement: Placement = 'local'): Promise<Expected> {
  const definition = JSON.stringify(kase.definition);
  const { diagnostics } = validateDefinition(definition, { type: kase.type ?? 'STANDARD' });
  const errors = diagnostics.filter(({ severity }) => severity === 'ERROR');
  if (errors.length > 0) {
    return { refused: errors.map(({ code, message, location }) => `${code}: ${message} at ${location ?? 'null'}`) };
  }

  const time = new SimulatedTime(START_MS);
  const workers = new ScriptedWorkers(kase.workers, time);
  const engine = await until(time, openEngine(time, workers, placement));
  workers.engine = engine;
  const { type = 'STANDARD', input = {} } = kase;
  const fields = { arn: stateMachineArn('us-east-1', '123456789012', 'machine'), name: 'machine', type, definition };
  const machine = await until(time, engine.machines.create({ ...fields, roleArn: ROLE, configuration: {} }));
  const outcome = await run(engine, time, machine, JSON.stringify(input), kase.stop);
  await until(time, engine.close());
  return outcome;
}

function openEngine(time: SimulatedTime, dispatcher: ScriptedWorkers, placement: Placement): Promise<Engine> {
  let ids = 0;
  const clock: Clock = {
    now: () => time.nowMs,
    elapsed: () => time.nowMs,
    at: (atMs, run) => time.at(atMs, run),
    soon: (run) => void time.after(0, run),
  };
  return Engine.open({
    store: new MemoryStore(),
    clock,
    random: { uuid: () => `00000000-0000-4000-8000-${String(ids++).padStart(12, '0')}` },
    dispatcher,
    mapConcurrencyMax: 40,
    placement,
    crashesMax: 3,
    version: '0',
    log: (level, text) => {
      if (level !== 'info') throw new TypeError(`the engine logged: ${level} ${text}`);
    },
    fatal: (error) => {
      throw error;
    },
  });
}

async function run(
  engine: Engine,
  time: SimulatedTime,
  machine: StateMachine,
  input: string,
  stop: ConformanceCase['stop'],
): Promise<Expected> {
  const request = { machine, name: 'execution', input, traceHeader: undefined };
  if (machine.type === 'EXPRESS') return outcomeOf(await until(time, engine.startSyncExecution(request)));
  const { executionArn } = await until(time, engine.startExecution(request));
  if (stop !== undefined) {
    time.after(stop.seconds * 1000, () => void engine.stopExecution(executionArn, stop.error, stop.cause));
  }
  for (let turns = 0; turns < TURNS_MAX; turns++) {
    const summary = await until(time, engine.describeExecution(executionArn));
    if (summary !== undefined && summary.status !== 'RUNNING') {
      const history = (await until(time, engine.history(executionArn, true))) ?? [];
      return { ...outcomeOf(summary), history: history.map(shownEvent) };
    }
    if (!time.advance()) break;
    await settled();
  }
  throw new TypeError('the execution does not end');
}

/** Lets time go by until a promise is kept. */
async function until<T>(time: SimulatedTime, promise: Promise<T>): Promise<T> {
  let kept = false;
  const keep = (): void => {
    kept = true;
  };
  promise.then(keep, keep);
  await settled();
  while (!kept && time.advance()) await settled();
  return promise;
}

/** Everything that is ready now has had its turn: promises of memory are kept without waiting. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function outcomeOf({ status, output, error, cause }: ExecutionSummary): Expected {
  return {
    status,
    ...(output === undefined ? {} : { output: JSON.parse(output) }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
}

const PAYLOADS: readonly string[] = ['input', 'output', 'parameters'];

function shownEvent({ timestampMs, previousEventId, type, details = {} }: HistoryEvent): ExpectedEvent {
  const shown: [string, Json][] = [];
  for (const [name, value] of Object.entries(details)) {
    if (name.endsWith('Details') || name === 'roleArn') continue;
    shown.push([name, PAYLOADS.includes(name) && typeof value === 'string' ? JSON.parse(value) : value]);
  }
  const seconds = Math.round(timestampMs - START_MS) / 1000;
  if (shown.length === 0) return [seconds, previousEventId, type];
  return [seconds, previousEventId, type, Object.fromEntries(shown)];
}
