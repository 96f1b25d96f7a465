import type { StartFacts } from '../../core/interpreter/execution.ts';
import { Payload } from '../../core/interpreter/payload.ts';
import type { Partition } from '../partition/partition.ts';
import type { Random } from '../ports/random.ts';
import type { StartAnswer, StartRequest } from '../ports/start-request.ts';
import type { StateMachine } from '../ports/state-machine.ts';
import type { Store } from '../ports/store.ts';
import type { StateMachines } from '../state-machines.ts';
import { packRecord, unpackRecord } from '../stores/record-codec.ts';
import type { ExpressRunner } from './express-runner.ts';

const PREFIX = 'express/';

/** An accepted start: kept until its execution has ended. */
interface AcceptedStart {
  readonly facts: StartFacts;
  readonly input: string;
}

/**
 * Asynchronous Express, at least once: a start is durable before it is answered, and its record goes when the
 * execution has ended; what a crash leaves is run again from the beginning.
 */
export class ExpressStarts {
  readonly #runner: ExpressRunner;
  readonly #partition: Partition;
  readonly #store: Store;
  readonly #machines: StateMachines;
  readonly #random: Random;

  constructor(runner: ExpressRunner, partition: Partition, store: Store, machines: StateMachines, random: Random) {
    this.#runner = runner;
    this.#partition = partition;
    this.#store = store;
    this.#machines = machines;
    this.#random = random;
  }

  async accept(machine: StateMachine, arn: string, request: StartRequest, startMs: number): Promise<StartAnswer> {
    const facts = factsOf(machine, arn, request, this.#random);
    const key = PREFIX + this.#random.uuid();
    const accepted: AcceptedStart = { facts, input: request.input };
    await this.#partition.writeRecords([{ key, value: packRecord(accepted) }]);
    await this.#run(key, accepted);
    return { type: 'Started', executionArn: arn, startMs };
  }

  /** Runs again what an earlier process accepted and did not finish. */
  async recover(): Promise<void> {
    for (let after: string | undefined; ; ) {
      const records = await this.#store.readRecords({ prefix: PREFIX, limit: 1_000, after });
      for (const { key, value } of records) await this.#run(key, unpackRecord<AcceptedStart>(value));
      after = records.at(-1)?.key;
      if (after === undefined) return;
    }
  }

  async #run(key: string, { facts, input }: AcceptedStart): Promise<void> {
    const program = await this.#machines.programOf(facts.revisionId);
    this.#runner.run(facts.executionArn, program, facts, Payload.ofText(input), () => {
      // A record that stays is run once more: at least once.
      this.#partition.writeRecords([{ key, value: undefined }]).catch(() => undefined);
    });
  }
}

export function factsOf(machine: StateMachine, arn: string, request: StartRequest, random: Random): StartFacts {
  return {
    executionArn: arn,
    stateMachineArn: machine.arn,
    roleArn: machine.revision.roleArn,
    revisionId: machine.revision.id,
    secret: random.uuid(),
    stateMachineVersionArn: null,
    stateMachineAliasArn: null,
    traceHeader: request.traceHeader ?? null,
  };
}
