import { setTimeout as delay } from 'node:timers/promises';
import { executionArn, stateMachineArn } from '../../core/arn.ts';
import type { Dice } from './dice.ts';
import { Ledger } from './ledger.ts';
import { type CallApi, inspectExecutions } from './storm-inspection.ts';
import { STORM_EXPRESS, STORM_MACHINES, stormInput } from './storm-machines.ts';

const REGION = 'us-east-1';
const ACCOUNT = '123456789012';
/** Between two starts of a client, and before it asks again. */
const PAUSE_MS_MAX = 100;
const WORK_MS_MAX = 60;
/** Looks at what has not ended. */
const LOOK_EVERY_MS = 100;

export interface StormLoadParts {
  readonly call: CallApi;
  readonly dice: Dice;
  /** Who start executions at the same time. */
  readonly clients: number;
  /** The longest that a function takes, in milliseconds; most take none. */
  readonly workMsMax?: number;
  /** The ledger's file. */
  readonly ledger: string;
}

/** Clients of a cluster in a storm: they start executions, again where they get no answer, and see what became of them. */
export class StormLoad {
  readonly #parts: StormLoadParts;
  /** Machines of the executions that were accepted, by ARN. */
  readonly #accepted: Map<string, string> = new Map();
  readonly #acceptedExpress: Set<string> = new Set();
  /** What clients were answered that was no success. */
  readonly errors: string[] = [];
  /** The longest that a start took, asking again included, in milliseconds. */
  startMsMax = 0;
  #names = 0;
  #over = false;
  #clients: Promise<unknown> = Promise.resolve();

  constructor(parts: StormLoadParts) {
    this.#parts = parts;
  }

  get accepted(): number {
    return this.#accepted.size;
  }

  async createMachines(): Promise<void> {
    for (const [name, { definition }] of Object.entries(STORM_MACHINES))
      await this.#create(name, 'STANDARD', definition);
    await this.#create(STORM_EXPRESS.name, 'EXPRESS', STORM_EXPRESS.definition);
  }

  async #create(name: string, type: string, definition: object): Promise<void> {
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/redstep`;
    await this.#parts.call('CreateStateMachine', { name, type, definition: JSON.stringify(definition), roleArn });
  }

  /** Begins to start executions, again and again. */
  begin(): void {
    this.#clients = Promise.all(Array.from({ length: this.#parts.clients }, () => this.#client()));
  }

  /** Starts nothing more. Resolves when all that was being started has been accepted. */
  async end(): Promise<void> {
    this.#over = true;
    await this.#clients;
  }

  async #client(): Promise<void> {
    const { dice, workMsMax = WORK_MS_MAX } = this.#parts;
    const machines = [STORM_EXPRESS.name, ...Object.keys(STORM_MACHINES)];
    while (!this.#over) {
      const machine = machines[dice.below(machines.length)] ?? '';
      await this.#start(machine, JSON.stringify(stormInput(dice.chance(0.3) ? dice.below(workMsMax) : 0)));
      await delay(dice.below(PAUSE_MS_MAX));
    }
  }

  /** An Express start has no name that would make it safe to repeat: it is tried once. */
  async #start(machine: string, input: string): Promise<void> {
    const arn = stateMachineArn(REGION, ACCOUNT, machine);
    const isExpress = machine === STORM_EXPRESS.name;
    const name = `storm-${++this.#names}`;
    const began = performance.now();
    for (;;) {
      try {
        const members = isExpress ? { stateMachineArn: arn, input } : { stateMachineArn: arn, input, name };
        const answer = await this.#parts.call('StartExecution', members);
        this.startMsMax = Math.max(this.startMsMax, performance.now() - began);
        if (isExpress) this.#acceptedExpress.add(String(answer.executionArn));
        else this.#accepted.set(String(answer.executionArn), machine);
        return;
      } catch (error) {
        // It ended before its client heard that it had begun.
        if (error instanceof Error && /ExecutionAlreadyExists/.test(`${error.name} ${error.message}`)) {
          this.#accepted.set(executionArn(arn, name, false), machine);
          return;
        }
        this.errors.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
        if (isExpress) return;
        await delay(this.#parts.dice.below(PAUSE_MS_MAX));
      }
    }
  }

  /** How many have not ended. */
  async running(): Promise<number> {
    let running = 0;
    for (const machine of Object.keys(STORM_MACHINES)) {
      const query = {
        stateMachineArn: stateMachineArn(REGION, ACCOUNT, machine),
        statusFilter: 'RUNNING',
        maxResults: 1_000,
      };
      const { executions } = await this.#parts.call('ListExecutions', query);
      running += Array.isArray(executions) ? executions.length : 0;
    }
    const ledger = Ledger.read(this.#parts.ledger);
    const effects = (arn: string): number => new Set(ledger.attempts(arn)).size;
    return running + [...this.#acceptedExpress].filter((arn) => effects(arn) < STORM_EXPRESS.attempts).length;
  }

  /** Resolves when all have ended. @throws {StormNotOver} they have not within `msMax`. */
  async ended(msMax: number): Promise<void> {
    const deadline = performance.now() + msMax;
    for (;;) {
      const running = await this.running();
      if (running === 0) return;
      if (performance.now() > deadline)
        throw new StormNotOver(`${running} executions have not ended within ${msMax} ms`);
      await delay(LOOK_EVERY_MS);
    }
  }

  /** Inspects all that was accepted. @returns a line for each execution that is not whole. */
  inspect(): Promise<string[]> {
    return inspectExecutions(this.#parts.call, this.#accepted, Ledger.read(this.#parts.ledger));
  }
}

export class StormNotOver extends Error {
  override readonly name = 'StormNotOver';
}
