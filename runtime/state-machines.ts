import { createHash } from 'node:crypto';
import { parseStateMachineArn } from '../core/arn.ts';
import { assert } from '../core/assert.ts';
import { compileDefinition } from '../core/definition/compile.ts';
import type { Program } from '../core/definition/program.ts';
import { validateDefinition } from '../core/definition/validate.ts';
import type { Placement } from '../core/interpreter/placement.ts';
import { machineKeyOf } from './actor/execution-key.ts';
import { REGISTRY_PARTITION } from './partition/placement.ts';
import type { Clock } from './ports/clock.ts';
import { NotOwner } from './ports/not-owner.ts';
import type { Random } from './ports/random.ts';
import type {
  MachineType,
  Revision,
  RevisionConfiguration,
  StateMachine,
  StateMachineChange,
  Tag,
} from './ports/state-machine.ts';
import type { RecordCommit, Store } from './ports/store.ts';
import { packRecord, unpackRecord } from './stores/record-codec.ts';
import { readStored } from './unreadable.ts';

/** Compiled programs kept in memory at most. */
const PROGRAMS_MAX = 1_000;

/** Prefixes of its records; all of them lie on the registry's partition. */
export const MACHINE = 'machine/';
export const REVISION = 'revision/';

/** How old a state machine may be on a node that does not own the registry: AWS too takes seconds to show an update. */
const SEEN_MS_MAX = 1_000;

/** How Map and Parallel run, whatever the machine. */
export interface FanOutOptions {
  /** Iterations of an inline Map at once. */
  readonly mapConcurrencyMax: number;
  /** Where branches and iterations run. */
  readonly placement?: Placement | undefined;
}

interface Registry {
  readonly machines: Map<string, StateMachine>;
  readonly write: WriteRecords;
  /** Whether nobody else can own it yet. */
  readonly trusted: () => boolean;
  /** Changes under way: the last one of each machine. */
  readonly changing: Map<string, Promise<unknown>>;
}

type WriteRecords = (records: readonly RecordCommit[]) => Promise<void>;

export interface NewStateMachine {
  readonly arn: string;
  readonly name: string;
  readonly type: MachineType;
  readonly definition: string;
  readonly roleArn: string;
  readonly configuration: RevisionConfiguration;
  readonly tags?: readonly Tag[];
}

/**
 * State machines and their revisions: stored records, with the programs compiled from them kept in memory. What changes
 * them, or must see the last change, happens on the node that owns the registry.
 */
export class StateMachines {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #fanOut: FanOutOptions;
  /** On the node that owns the registry: all of them. */
  #registry: Registry | undefined = undefined;
  /** On other nodes: those that were asked for, with when they were read. */
  readonly #seen: Map<string, { readonly machine: StateMachine; readonly readAt: number }> = new Map();
  readonly #programs: Map<string, Program> = new Map();

  constructor(store: Store, clock: Clock, random: Random, fanOut: FanOutOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
    // With one partition there is nowhere to spread to: it would only cost.
    const isLocal = fanOut.placement === 'auto' && store.partitionCount === 1;
    this.#fanOut = isLocal ? { ...fanOut, placement: 'local' } : fanOut;
  }

  /** This node owns the registry from now on: loads what the store has. */
  async own(write: WriteRecords, trusted: () => boolean): Promise<void> {
    const machines = new Map<string, StateMachine>();
    for (let after: string | undefined; ; ) {
      const records = await this.#store.readRecords({
        partition: REGISTRY_PARTITION,
        prefix: MACHINE,
        limit: 1_000,
        after,
      });
      for (const { value } of records) {
        const machine = unpackRecord<StateMachine>(value);
        machines.set(machine.arn, machine);
      }
      after = records.at(-1)?.key;
      if (after === undefined) break;
    }
    this.#seen.clear();
    this.#registry = { machines, write, trusted, changing: new Map() };
  }

  /** Another node owns the registry. */
  disown(): void {
    this.#registry = undefined;
  }

  /** @throws {NotOwner} the registry is another node's. */
  get(arn: string): StateMachine | undefined {
    return this.#owned.machines.get(arn);
  }

  /**
   * On any node: as it is, or as it was a second ago. What comes back is durable: an execution that is started with it
   * needs its revision, and lies on another partition.
   */
  async find(arn: string): Promise<StateMachine | undefined> {
    await this.#registry?.changing.get(arn)?.catch(() => undefined);
    if (this.#registry?.trusted() === true) return this.#registry.machines.get(arn);
    const now = this.#clock.elapsed();
    const seen = this.#seen.get(arn);
    if (seen !== undefined && now - seen.readAt < SEEN_MS_MAX) return seen.machine;
    const bytes = await this.#store.readRecord(REGISTRY_PARTITION, machineRecordKey(arn));
    if (bytes === undefined) {
      this.#seen.delete(arn);
      return undefined;
    }
    const machine = unpackRecord<StateMachine>(bytes);
    this.#seen.set(arn, { machine, readAt: now });
    return machine;
  }

  get #owned(): Registry {
    if (this.#registry?.trusted() !== true) throw new NotOwner(REGISTRY_PARTITION);
    return this.#registry;
  }

  /** All, oldest first. @throws {NotOwner} */
  list(): StateMachine[] {
    return [...this.#owned.machines.values()].sort((a, b) => a.creationMs - b.creationMs || (a.arn < b.arn ? -1 : 1));
  }

  /** Stores a new machine; the definition has been found valid. Visible once it is durable. */
  async create(fields: NewStateMachine): Promise<StateMachine> {
    const nowMs = this.#clock.now();
    const revision = { ...newRevision(this.#random.uuid(), fields, fields.arn, fields.type, nowMs), initial: true };
    const machine: StateMachine = {
      arn: fields.arn,
      name: fields.name,
      type: fields.type,
      status: 'ACTIVE',
      creationMs: nowMs,
      tags: fields.tags ?? [],
      revision,
    };
    await this.#put(machine, revision);
    return machine;
  }

  /** Makes a new revision; executions under way keep theirs. */
  async update(machine: StateMachine, change: StateMachineChange): Promise<StateMachine> {
    const { revision } = machine;
    const changed = newRevision(
      this.#random.uuid(),
      {
        definition: change.definition ?? revision.definition,
        roleArn: change.roleArn ?? revision.roleArn,
        configuration: { ...revision.configuration, ...change.configuration },
      },
      machine.arn,
      machine.type,
      this.#clock.now(),
    );
    const updated = { ...machine, revision: changed };
    await this.#put(updated, changed);
    return updated;
  }

  /** Its revisions stay: executions under way, and histories, need them. */
  async delete(machine: StateMachine): Promise<void> {
    await this.#change(machine.arn, undefined, [{ key: machineRecordKey(machine.arn), value: undefined }]);
  }

  /** @throws {Unreadable} also if there is no such revision: a store that lost it cannot run its executions. */
  async revision(revisionId: string): Promise<Revision> {
    const bytes = await this.#store.readRecord(REGISTRY_PARTITION, REVISION + revisionId);
    return readStored(`revision ${revisionId}`, () => {
      assert(bytes !== undefined, 'the store has the revision that an execution was started with');
      return unpackRecord<Revision>(bytes);
    });
  }

  /** @throws {Unreadable} this version refuses the definition. */
  async programOf(revisionId: string): Promise<Program> {
    const kept = this.#programs.get(revisionId);
    if (kept !== undefined) return kept;
    const revision = await this.revision(revisionId);
    return readStored(`revision ${revisionId}`, () => this.program(revision));
  }

  program(revision: Revision): Program {
    const kept = this.#programs.get(revision.id);
    if (kept !== undefined) return kept;
    const { definition, diagnostics } = validateDefinition(revision.definition, { type: revision.type });
    assert(definition !== undefined, `a stored definition is valid: ${diagnostics[0]?.message}`);
    const program = compileDefinition(definition, { type: revision.type, ...this.#fanOut });
    if (this.#programs.size >= PROGRAMS_MAX) this.#dropOldestProgram();
    this.#programs.set(revision.id, program);
    return program;
  }

  #dropOldestProgram(): void {
    const [oldest] = this.#programs.keys();
    if (oldest !== undefined) this.#programs.delete(oldest);
  }

  #put(machine: StateMachine, revision: Revision): Promise<void> {
    return this.#change(machine.arn, machine, [
      { key: REVISION + revision.id, value: packRecord(revision) },
      { key: machineRecordKey(machine.arn), value: packRecord(machine) },
    ]);
  }

  /** The next change builds on it at once; it comes to nothing when it cannot be written. */
  async #change(arn: string, to: StateMachine | undefined, records: readonly RecordCommit[]): Promise<void> {
    const { machines, write, changing } = this.#owned;
    const before = machines.get(arn);
    set(machines, arn, to);
    const written = write(records);
    changing.set(arn, written);
    try {
      await written;
    } catch (error) {
      set(machines, arn, before);
      throw error;
    } finally {
      if (changing.get(arn) === written) changing.delete(arn);
    }
  }
}

function set(machines: Map<string, StateMachine>, arn: string, machine: StateMachine | undefined): void {
  if (machine === undefined) machines.delete(arn);
  else machines.set(arn, machine);
}

type RevisionFields = Pick<Revision, 'definition' | 'roleArn' | 'configuration'>;

function newRevision(
  id: string,
  fields: RevisionFields,
  stateMachineArn: string,
  type: MachineType,
  updateMs: number,
): Revision {
  const { definition, roleArn, configuration } = fields;
  return { id, initial: false, stateMachineArn, type, definition, roleArn, updateMs, configuration };
}

/** A digest: names may be longer in bytes than a key may be. */
function machineRecordKey(arn: string): string {
  const parsed = parseStateMachineArn(arn);
  const name = parsed === undefined ? arn : machineKeyOf(parsed);
  return MACHINE + createHash('sha256').update(name).digest('hex');
}
