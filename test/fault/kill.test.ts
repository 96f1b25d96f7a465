import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { type App, createApp } from '../../app.ts';
import type { HistoryEvent } from '../../core/history/history-event.ts';
import { parseTaskToken } from '../../core/interpreter/task-token.ts';
import { buildCli } from '../integration/cli-process.ts';
import { Dice } from '../simulation/dice.ts';
import { type FaultNode, FaultNodes } from './fault-node.ts';

const KILLS = 50;
const CLIENTS = 24;
/** Between two starts of a client. */
const PAUSE_MS_MAX = 40;
const LIFE_MS = { least: 100, most: 600 };
/** Until all has ended, once nobody kills any more. */
const END_MS_MAX = 60_000;

const seed = Number(process.env.REDSTEP_SEED ?? randomInt(2 ** 31));

const lambda = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const step = { Type: 'Task', Resource: lambda('step') };
const stepOnly = { StartAt: 'Step', States: { Step: { ...step, End: true } } };

/** Machines by name; `count` is how many calls the output of an execution has to tell of. */
const MACHINES: Readonly<Record<string, { readonly definition: object; readonly output: unknown }>> = {
  sequence: {
    definition: {
      StartAt: 'A',
      States: { A: { ...step, Next: 'B' }, B: { ...step, Next: 'C' }, C: { ...step, End: true } },
    },
    output: 3,
  },
  retry: {
    definition: {
      StartAt: 'A',
      States: {
        A: {
          Type: 'Task',
          Resource: lambda('flaky'),
          Retry: [{ ErrorEquals: ['TypeError'], IntervalSeconds: 1, MaxAttempts: 2 }],
          Next: 'B',
        },
        B: { ...step, End: true },
      },
    },
    output: 2,
  },
  parallel: {
    definition: {
      StartAt: 'All',
      States: { All: { Type: 'Parallel', Branches: [stepOnly, stepOnly, stepOnly].map(renamed), End: true } },
    },
    output: [1, 1, 1],
  },
  map: {
    definition: {
      StartAt: 'Each',
      States: { Each: { Type: 'Map', ItemsPath: '$.items', ItemProcessor: stepOnly, MaxConcurrency: 2, End: true } },
    },
    output: [1, 1, 1, 1, 1],
  },
  wait: {
    definition: {
      StartAt: 'A',
      States: {
        A: { ...step, Next: 'Wait' },
        Wait: { Type: 'Wait', Seconds: 1, Next: 'B' },
        B: { ...step, End: true },
      },
    },
    output: 2,
  },
};

function renamed(block: typeof stepOnly, i: number): object {
  return { StartAt: `Step${i}`, States: { [`Step${i}`]: block.States.Step } };
}

const EXPRESS = { StartAt: 'A', States: { A: { ...step, Next: 'B' }, B: { ...step, End: true } } };

beforeAll(buildCli);

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

/** A process that is killed again and again, and clients who do not mind. */
class Siege {
  readonly directory = mkdtempSync(join(tmpdir(), 'redstep-kill-'));
  readonly dataDir = join(this.directory, 'data');
  readonly ledger = join(this.directory, 'ledger');
  readonly dice = new Dice(seed);
  /** Machines of the executions that were accepted, by ARN. */
  readonly accepted: Map<string, string> = new Map();
  readonly acceptedExpress: Set<string> = new Set();
  readonly #nodes = new FaultNodes(this.dataDir, this.ledger);
  #node: Promise<FaultNode>;
  #over = false;
  #names = 0;

  constructor() {
    teardown.push(
      () => rmSync(this.directory, { recursive: true, force: true }),
      () => this.#nodes.stop(),
      async () => (await this.#node).kill(),
    );
    this.#node = this.#nodes.next();
  }

  async createMachines(): Promise<void> {
    const node = await this.#node;
    for (const [name, { definition }] of Object.entries(MACHINES)) {
      await node.ask({ type: 'create', name, machineType: 'STANDARD', definition: JSON.stringify(definition) });
    }
    await node.ask({ type: 'create', name: 'express', machineType: 'EXPRESS', definition: JSON.stringify(EXPRESS) });
  }

  /** Starts executions, again and again, until the siege is over. */
  async client(): Promise<void> {
    const names = ['express', ...Object.keys(MACHINES)];
    while (!this.#over) {
      const machine = names[this.dice.below(names.length)] ?? '';
      await this.#start(machine, JSON.stringify(this.#input()));
      await delay(this.dice.between(0, PAUSE_MS_MAX));
    }
  }

  #input(): object {
    const ms = this.dice.chance(0.3) ? this.dice.below(60) : 0;
    const event = { ms, count: 0 };
    return { ...event, items: [event, event, event, event, event] };
  }

  async #start(machine: string, input: string): Promise<void> {
    const name = machine === 'express' ? undefined : `n${++this.#names}`;
    for (;;) {
      const arn = await (await this.#node).ask({ type: 'start', machine, name, input });
      if (typeof arn === 'string') {
        if (name === undefined) this.acceptedExpress.add(arn);
        else this.accepted.set(arn, machine);
        return;
      }
      // Without a name nobody knows whether it was accepted.
      if (name === undefined) return;
    }
  }

  async kill(): Promise<void> {
    const node = await this.#node;
    await delay(this.dice.between(LIFE_MS.least, LIFE_MS.most));
    expect(node.alive, `the process ended by itself: ${node.log.join('\n')}`).toBe(true);
    this.#node = node.kill().then(() => this.#nodes.next());
  }

  /** Lets the last process bring all to its end. */
  async end(): Promise<void> {
    this.#over = true;
    const node = await this.#node;
    for (const name of Object.keys(MACHINES)) {
      await expect
        .poll(() => node.ask({ type: 'running', machine: name }), { timeout: END_MS_MAX, message: name })
        .toBe(0);
    }
    const unfinished = (): string[] => {
      const ran = this.ledgered();
      return [...this.acceptedExpress].filter((arn) => !ran.has(`${arn} 2`));
    };
    await expect.poll(unfinished, { timeout: END_MS_MAX, interval: 200 }).toEqual([]);
    await node.stop();
  }

  /** What has run: ARN and number of each attempt. */
  ledgered(): Set<string> {
    const lines = readFileSync(this.ledger, 'utf8').split('\n');
    return new Set(
      lines.map((token) => parseTaskToken(token)).map((parts) => `${parts?.executionArn} ${parts?.taskNumber}`),
    );
  }
}

test(`killed ${KILLS} times under load, a process loses nothing and records nothing twice (seed ${seed})`, async () => {
  const siege = new Siege();
  await siege.createMachines();

  const clients = Array.from({ length: CLIENTS }, () => siege.client());
  for (let kills = 0; kills < KILLS; kills++) await siege.kill();
  const ended = siege.end();
  await Promise.all([...clients, ended]);

  const app = await createApp({ dataDir: siege.dataDir });
  teardown.push(() => app.stop());
  const ran = siege.ledgered();
  for (const [arn, machine] of siege.accepted) await expectWhole(app, arn, machine, ran);
  expect(siege.accepted.size).toBeGreaterThan(KILLS);
  expect(siege.acceptedExpress.size).toBeGreaterThan(0);
});

/** The execution ended well, each of its attempts ran and has one result, and its history has no gap and no double. */
async function expectWhole({ engine }: App, arn: string, machine: string, ran: ReadonlySet<string>): Promise<void> {
  const summary = await engine.describeExecution(arn);
  const history = (await engine.history(arn, true)) ?? [];
  const attempts = ofType(history, 'LambdaFunctionScheduled');
  const numbers = Array.from({ length: attempts }, (_, i) => i + 1);
  const found = {
    status: summary?.status,
    output: countsOf(JSON.parse(summary?.output ?? 'null')),
    ids: history.every(({ id, previousEventId }, i) => id === i + 1 && previousEventId < id),
    results: ofType(history, 'LambdaFunctionSucceeded') + ofType(history, 'LambdaFunctionFailed'),
    neverRan: numbers.filter((number) => !ran.has(`${arn} ${number}`)),
  };
  const { output } = MACHINES[machine] ?? {};
  const whole = { status: 'SUCCEEDED', output, ids: true, results: attempts, neverRan: [] };
  if (isDeepStrictEqual(found, whole)) return; // the text is long, and the executions many
  expect(found, history.map((event) => JSON.stringify(event)).join('\n')).toEqual(whole);
}

function countsOf(output: { count?: number } | { count?: number }[] | null): unknown {
  return Array.isArray(output) ? output.map(({ count }) => count) : output?.count;
}

function ofType(history: readonly HistoryEvent[], type: string): number {
  return history.filter((event) => event.type === type).length;
}
