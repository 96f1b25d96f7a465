import type { Program } from '../../core/definition/program.ts';
import type { Effect } from '../../core/interpreter/effects.ts';
import { type Execution, earliestDue, type StartFacts } from '../../core/interpreter/execution.ts';
import type { Message } from '../../core/interpreter/messages.ts';
import type { Payload } from '../../core/interpreter/payload.ts';
import { type Decision, type StepOptions, start, step } from '../../core/interpreter/step.ts';
import { Activation } from '../actor/activation.ts';
import { TurnHost } from '../actor/turn-host.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExecutionCommit, Lease, RecordCommit, Store } from '../ports/store.ts';
import type { TaskDispatcher } from '../ports/task-dispatcher.ts';
import type { ProgressListeners } from '../progress.ts';
import { TimerService } from '../timers/timer-service.ts';
import { GroupCommit } from './group-commit.ts';
import { entryOf, loadExecution, type ProgramOf, wakeMsOf } from './load.ts';
import { Tasks } from './tasks.ts';

export interface PartitionParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly dispatcher: TaskDispatcher;
  readonly programOf: ProgramOf;
  readonly log: RuntimeLog;
  readonly progress: ProgressListeners;
  /** The partition is not ours any more, or its store fails: whoever owns it must stop and begin anew. */
  readonly lost: (error: Error) => void;
}

/** Where the runtime says what an operator should know. */
export type RuntimeLog = (level: 'info' | 'warn' | 'error', text: string) => void;

/**
 * The loop of one owned partition.
 *
 *   message → turn (in memory) ─┐
 *   message → turn (in memory) ─┴→ gathered → one commit, numbered and fenced → answers, dispatches, continuations
 *
 * One commit is under way at a time; turns go on meanwhile and gather behind it. Invariants:
 * 1. No answer and no effect leaves before the commit that decided it is durable.
 * 2. When a commit fails, all that is in memory dies with it; what is durable is loaded again.
 * 3. An execution that only waits leaves memory after its commit; a message, or its time, brings it back.
 */
export class Partition {
  readonly #parts: PartitionParts;
  readonly #timers: TimerService;
  readonly #commits: GroupCommit;
  readonly #tasks: Tasks;
  readonly #activations: Map<string, Activation> = new Map();
  #lost = false;

  constructor(parts: PartitionParts, lease: Lease) {
    this.#parts = parts;
    const { store, clock } = parts;
    this.#tasks = new Tasks(parts.dispatcher, (key, message) => this.deliver(key, message));
    this.#timers = new TimerService(store, clock, lease.partition, (key) => this.deliver(key, { type: 'TimeHasCome' }));
    this.#commits = new GroupCommit(store, clock, lease, takeCommit, (error) => this.#lose(error));
  }

  /** How many executions are resident. */
  get resident(): number {
    return this.#activations.size;
  }

  /** Begins to wake executions. Recovery (recovery.ts) sends its messages through `deliver`. */
  async start(): Promise<void> {
    await this.#timers.start();
  }

  /** Ends after what is gathered has been committed. */
  async stop(): Promise<void> {
    this.#timers.stop();
    await this.#commits.idle();
    this.#lost = true;
  }

  /** Whether the execution is in memory: then nobody need ask the store whether it exists. */
  isResident(executionKey: string): boolean {
    return this.#activations.has(executionKey);
  }

  /** Begins an execution that does not exist yet; `done` when its beginning is durable. */
  begin(
    key: string,
    program: Program,
    facts: StartFacts,
    input: Payload,
    done: () => void,
    refused: (error: Error) => void,
  ): void {
    const activation = new Activation(key);
    this.#activations.set(key, activation);
    this.#turn(activation, facts.secret, 1, (options) => start(program, facts, input, options));
    this.#commits.afterwards(done, refused);
  }

  /** Sends a message; `done` when what it decided is durable, `refused` when that fails. Over or unknown: done at once. */
  deliver(key: string, message: Message, done?: () => void, refused?: (error: Error) => void): void {
    this.withExecution(
      key,
      (execution) => {
        if (execution === undefined) done?.();
        else this.#handle(key, execution, message, done, refused);
      },
      refused,
    );
  }

  /**
   * Calls `use` with an execution, loading it first where it is not in memory; with undefined where it is over or
   * unknown. What `use` sees may not be durable yet: it may decide on it, and must not tell it.
   */
  withExecution(key: string, use: (execution: Execution | undefined) => void, refused?: (error: Error) => void): void {
    if (this.#lost) return refused?.(new PartitionLost());
    const resident = this.#activations.get(key);
    if (resident?.execution !== undefined) return use(resident.execution);
    const activation = resident ?? new Activation(key);
    activation.waiting.push({ use, refused });
    if (resident !== undefined) return;
    this.#activations.set(key, activation);
    void this.#load(activation);
  }

  /** After a crash: dispatches again what was being worked on, and lets an unfinished step go on. */
  resume(key: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const resume = (execution: Execution | undefined): void => {
        if (execution === undefined) return resolve();
        for (const [taskNumber, frame] of execution.tasks) this.#tasks.dispatch(key, execution, frame, taskNumber);
        this.deliver(key, { type: 'Continue' }, resolve, reject);
      };
      this.withExecution(key, resume, reject);
    });
  }

  /** Writes records with the next commit; resolves when they are durable. */
  writeRecords(records: readonly RecordCommit[]): Promise<void> {
    for (const record of records) this.#commits.addRecord(record);
    return new Promise((resolve, reject) => this.#commits.afterwards(resolve, reject));
  }

  #handle(
    key: string,
    execution: Execution,
    message: Message,
    done?: () => void,
    refused?: (error: Error) => void,
  ): void {
    const activation = this.#activations.get(key);
    if (activation === undefined) return refused?.(new PartitionLost());
    const { secret } = execution.facts;
    this.#turn(activation, secret, execution.lastEventId + 1, (options) => step(execution, message, options));
    if (done !== undefined) this.#commits.afterwards(done, refused);
  }

  /** A turn that throws takes its execution out of memory, and nothing else: what it had recorded is dropped. */
  #turn(
    activation: Activation,
    secret: string,
    firstEventId: number,
    decide: (options: StepOptions) => Decision,
  ): void {
    const nowMs = this.#parts.clock.now();
    const sink = activation.openTurn(nowMs);
    const { execution, effects } = decide({ nowMs, host: new TurnHost(secret, firstEventId), sink });
    activation.execution = execution;
    this.#commits.add(activation);
    this.#commits.afterwards(() => this.#afterTurn(activation, execution, effects));
    const { progress } = this.#parts;
    if (progress.wanted && execution.lastEventId >= firstEventId) this.#commits.afterwards(progress.of(execution));
  }

  #afterTurn(activation: Activation, execution: Execution, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'Continue') this.deliver(activation.key, { type: 'Continue' });
      else this.#tasks.perform(activation.key, execution, effect);
    }
    const dueMs = earliestDue(execution);
    if (dueMs !== undefined && execution.end === undefined) this.#timers.set(dueMs, activation.key);
    this.#evict(activation, execution);
  }

  /** Whoever only waits leaves memory: the store wakes it. */
  #evict(activation: Activation, execution: Execution): void {
    if (activation.dirty || (execution.end === undefined && activation.wakeMs === 0)) return;
    if (this.#activations.get(activation.key) !== activation) return;
    this.#activations.delete(activation.key);
  }

  async #load(activation: Activation): Promise<void> {
    const { key } = activation;
    try {
      const loaded = await loadExecution(this.#parts.store, key, this.#parts.programOf);
      if (this.#lost) return;
      if (loaded === undefined || loaded.execution.end !== undefined) {
        this.#activations.delete(key);
        for (const { use } of activation.waiting.splice(0)) use(undefined);
        return;
      }
      activation.resume(loaded.stored);
      activation.execution = loaded.execution;
      for (const { use } of activation.waiting.splice(0)) use(loaded.execution);
      this.#evict(activation, loaded.execution);
    } catch (error) {
      this.#lose(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #lose(error: Error): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#timers.stop();
    for (const activation of this.#activations.values()) {
      for (const { refused } of activation.waiting) refused?.(error);
    }
    this.#activations.clear();
    this.#parts.lost(error);
  }
}

function takeCommit(activation: Activation): ExecutionCommit {
  const { execution, key } = activation;
  if (execution === undefined) throw new PartitionLost();
  return activation.takeCommit(wakeMsOf(execution), entryOf(key, execution));
}

export class PartitionLost extends Error {
  override readonly name = 'PartitionLost';
  constructor() {
    super('this node does not own the partition any more');
  }
}
