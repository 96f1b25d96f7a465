import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { createApp } from '../../app.ts';
import { Ledger } from '../../cli/chaos/ledger.ts';
import { inspectExecutions } from '../../cli/chaos/storm-inspection.ts';
import { STORM_EXPRESS, STORM_MACHINES, stormInput } from '../../cli/chaos/storm-machines.ts';
import { clientOfApp } from '../../cli/deploy.ts';
import type { JsonObject } from '../../core/json.ts';
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
    for (const [name, { definition }] of Object.entries(STORM_MACHINES)) {
      await node.ask({ type: 'create', name, machineType: 'STANDARD', definition: JSON.stringify(definition) });
    }
    const { name, definition } = STORM_EXPRESS;
    await node.ask({ type: 'create', name, machineType: 'EXPRESS', definition: JSON.stringify(definition) });
  }

  /** Starts executions, again and again, until the siege is over. */
  async client(): Promise<void> {
    const names = [STORM_EXPRESS.name, ...Object.keys(STORM_MACHINES)];
    while (!this.#over) {
      const machine = names[this.dice.below(names.length)] ?? '';
      await this.#start(machine, JSON.stringify(stormInput(this.dice.chance(0.3) ? this.dice.below(60) : 0)));
      await delay(this.dice.between(0, PAUSE_MS_MAX));
    }
  }

  async #start(machine: string, input: string): Promise<void> {
    const name = machine === STORM_EXPRESS.name ? undefined : `n${++this.#names}`;
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
    for (const name of Object.keys(STORM_MACHINES)) {
      await expect
        .poll(() => node.ask({ type: 'running', machine: name }), { timeout: END_MS_MAX, message: name })
        .toBe(0);
    }
    const unfinished = (): string[] => {
      const ledger = Ledger.read(this.ledger);
      return [...this.acceptedExpress].filter((arn) => ledger.attempts(arn).length < STORM_EXPRESS.attempts);
    };
    await expect.poll(unfinished, { timeout: END_MS_MAX, interval: 200 }).toEqual([]);
    await node.stop();
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
  const client = clientOfApp(app);
  const call = (action: string, input: JsonObject): Promise<JsonObject> => client.call(action, input);
  expect(await inspectExecutions(call, siege.accepted, Ledger.read(siege.ledger))).toEqual([]);
  expect(siege.accepted.size).toBeGreaterThan(KILLS);
  expect(siege.acceptedExpress.size).toBeGreaterThan(0);
});
