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
/** Base 36 digits of an epoch in a key: keys stand in the order of epochs. */
const EPOCH_DIGITS = 8;

/** An accepted start: kept until its execution has ended. */
interface AcceptedStart {
  readonly facts: StartFacts;
  readonly input: string;
}

export interface ExpressStartsParts {
  readonly runner: ExpressRunner;
  readonly partition: Partition;
  readonly store: Store;
  readonly machines: StateMachines;
  readonly random: Random;
  /** Of the partition's lease: each process has a greater one. */
  readonly epoch: number;
}

/**
 * Asynchronous Express, at least once: a start is durable before it is answered, and its record goes when the
 * execution has ended; what a crash leaves is run again from the beginning.
 */
export class ExpressStarts {
  readonly #parts: ExpressStartsParts;
  /** Where this process keeps what it accepts: behind all that earlier ones have left. */
  readonly #ownPrefix: string;

  constructor(parts: ExpressStartsParts) {
    this.#parts = parts;
    this.#ownPrefix = `${PREFIX}${parts.epoch.toString(36).padStart(EPOCH_DIGITS, '0')}/`;
  }

  async accept(machine: StateMachine, arn: string, request: StartRequest, startMs: number): Promise<StartAnswer> {
    const { partition, random } = this.#parts;
    const facts = factsOf(machine, arn, request, random);
    const key = this.#ownPrefix + random.uuid();
    const accepted: AcceptedStart = { facts, input: request.input };
    await partition.writeRecords([{ key, value: packRecord(accepted) }]);
    await this.#run(key, accepted);
    return { type: 'Started', executionArn: arn, startMs };
  }

  /** Runs again what an earlier process accepted and did not finish. */
  async recover(): Promise<void> {
    for (let after: string | undefined; ; ) {
      const records = await this.#parts.store.readRecords({ prefix: PREFIX, limit: 1_000, after });
      for (const { key, value } of records) {
        if (key.startsWith(this.#ownPrefix)) return;
        await this.#run(key, unpackRecord<AcceptedStart>(value));
      }
      after = records.at(-1)?.key;
      if (after === undefined) return;
    }
  }

  async #run(key: string, { facts, input }: AcceptedStart): Promise<void> {
    const { runner, partition, machines } = this.#parts;
    const program = await machines.programOf(facts.revisionId);
    runner.run(facts.executionArn, program, facts, Payload.ofText(input), () => {
      // A record that stays is run once more: at least once.
      partition.writeRecords([{ key, value: undefined }]).catch(() => undefined);
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
