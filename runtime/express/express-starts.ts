import type { Program } from '../../core/definition/program.ts';
import type { StartFacts } from '../../core/interpreter/execution.ts';
import { Payload } from '../../core/interpreter/payload.ts';
import type { Partition } from '../partition/partition.ts';
import type { Inherited } from '../partition/recovery.ts';
import { NotOwner } from '../ports/not-owner.ts';
import type { Random } from '../ports/random.ts';
import type { StartAnswer, StartRequest } from '../ports/start-request.ts';
import type { StateMachine } from '../ports/state-machine.ts';
import type { Store, StoredRecord } from '../ports/store.ts';
import type { StateMachines } from '../state-machines.ts';
import { packRecord, unpackRecord } from '../stores/record-codec.ts';
import { readStored, Unreadable } from '../unreadable.ts';
import type { ExpressRunner } from './express-runner.ts';

/** Prefix of accepted starts; the owner's epoch, and a UUID, follow. */
export const ACCEPTED_STARTS = 'express/';
/** Starts that killed the process too often, for somebody to look at. */
export const DEAD_LETTERS = 'express-dead/';
const PAGE = 256;
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
  /** Of the partition's lease: each owner has a greater one. */
  readonly epoch: number;
  /** An execution that was accepted here is over, and the partition is another's: its record is to go. */
  readonly lateEnd: (record: string) => void;
}

/**
 * Asynchronous Express, at least once: a start is durable before it is answered, and its record goes when the
 * execution has ended; what a crash leaves is run again from the beginning, unless it has been there at too many of them.
 */
export class ExpressStarts {
  readonly #parts: ExpressStartsParts;
  /** Where this process keeps what it accepts: behind all that earlier ones have left. */
  readonly #ownPrefix: string;
  /** Records of those that run here. */
  readonly #running: Set<string> = new Set();

  constructor(parts: ExpressStartsParts) {
    this.#parts = parts;
    this.#ownPrefix = prefixOf(parts.epoch);
  }

  async accept(machine: StateMachine, arn: string, request: StartRequest, startMs: number): Promise<StartAnswer> {
    const { partition, machines, random } = this.#parts;
    // Found first: once the start is durable, nothing that can fail stands between it and its execution.
    const program = machines.program(machine.revision);
    const facts = factsOf(machine, arn, request, random);
    const key = this.#ownPrefix + random.uuid();
    const accepted: AcceptedStart = { facts, input: request.input };
    if (partition.closed) throw new NotOwner(partition.number);
    await partition.writeRecords([{ key, value: packRecord(accepted) }], { isNew: true });
    this.#run(key, program, accepted);
    return { type: 'Started', executionArn: arn, startMs };
  }

  /** What earlier owners accepted, did not finish, and do not go on with, page by page. */
  async *left(runsElsewhere: (record: string) => boolean): AsyncIterable<Inherited[]> {
    const { store, partition } = this.#parts;
    for (let after: string | undefined; ; ) {
      const query = { partition: partition.number, prefix: ACCEPTED_STARTS, limit: PAGE, after };
      const earlier = (await store.readRecords(query)).filter(({ key }) => !key.startsWith(this.#ownPrefix));
      const left = earlier.filter(({ key }) => !runsElsewhere(key));
      if (left.length > 0) yield left.map((record) => this.#inherited(record));
      after = earlier.at(-1)?.key;
      if (earlier.length < PAGE) return;
    }
  }

  /** Records of the starts that run in this process. */
  running(): Iterable<string> {
    return this.#running;
  }

  /** Runs a start that a node has left which is gone; one that is over is left alone. */
  async takeUp(record: string): Promise<void> {
    const { store, partition } = this.#parts;
    const value = await store.readRecord(partition.number, record);
    if (value !== undefined) await this.#inherited({ key: record, value }).resume(() => undefined);
  }

  #inherited({ key, value }: StoredRecord): Inherited {
    const { partition } = this.#parts;
    return {
      name: key,
      resume: async (over) => {
        const found = await this.#find(key, value);
        if (found === undefined) return over();
        const { accepted, program } = found;
        await partition.writeRecords([]); // reading took its time: is the partition still ours?
        if (!partition.closed) this.#run(key, program, accepted, over); // else it is the next owner's
      },
      giveUp: async (deaths, over) => {
        partition.log(
          'error',
          `${key}: kept as a dead letter, the process has died ${deaths} times while it was under way`,
        );
        const dead = { key: DEAD_LETTERS + key.slice(ACCEPTED_STARTS.length), value };
        const moved = partition.writeRecords([dead, { key, value: undefined }]);
        over();
        await moved;
      },
    };
  }

  /** Undefined: it cannot be read, and stays as it is until another owner tries. */
  async #find(key: string, value: Uint8Array): Promise<{ accepted: AcceptedStart; program: Program } | undefined> {
    const { partition, machines } = this.#parts;
    try {
      const accepted = readStored(key, () => unpackRecord<AcceptedStart>(value));
      return { accepted, program: await machines.programOf(accepted.facts.revisionId) };
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      partition.log('error', `${key} stays as it is: ${error.message}`);
      return undefined;
    }
  }

  #run(key: string, program: Program, { facts, input }: AcceptedStart, over: () => void = () => undefined): void {
    const { runner, partition, lateEnd } = this.#parts;
    this.#running.add(key);
    runner.run(facts.executionArn, program, facts, Payload.ofText(input), () => {
      this.#running.delete(key);
      // A record that stays is run once more: at least once.
      partition.writeRecords([{ key, value: undefined }]).catch(() => lateEnd(key));
      over();
    });
  }
}

function prefixOf(epoch: number): string {
  return `${ACCEPTED_STARTS}${epoch.toString(36).padStart(EPOCH_DIGITS, '0')}/`;
}

/** The key of a start that no owner of this deployment has accepted: it is left to the first. `name`: unique. */
export function inheritedStartKey(name: string): string {
  return prefixOf(0) + name;
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
