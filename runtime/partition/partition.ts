import type { Program } from '../../core/definition/program.ts';
import type { BranchStart } from '../../core/interpreter/branch.ts';
import { type Execution, earliestDue, isOver, type StartFacts } from '../../core/interpreter/execution.ts';
import type { Message } from '../../core/interpreter/messages.ts';
import type { Payload } from '../../core/interpreter/payload.ts';
import { type Decision, type StepOptions, start, startBranch, step } from '../../core/interpreter/step.ts';
import { toError } from '../../core/to-error.ts';
import { Activation, type TakenTurns } from '../actor/activation.ts';
import { machineKeyOfExecution } from '../actor/execution-key.ts';
import { TurnHost } from '../actor/turn-host.ts';
import { NotOwner } from '../ports/not-owner.ts';
import type { RecordCommit } from '../ports/store.ts';
import type { Timer } from '../timers/timer-queue.ts';
import { TimerService } from '../timers/timer-service.ts';
import { Unreadable } from '../unreadable.ts';
import { Branches } from './branches.ts';
import type { CommitFigures } from './commit-times.ts';
import { GroupCommit, type RecordRequest, type Waiter } from './group-commit.ts';
import { loadExecution } from './load.ts';
import type { OwnLease } from './own-lease.ts';
import type { PartitionParts } from './partition-parts.ts';
import { Tasks } from './tasks.ts';

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
  readonly number: number;
  readonly #parts: PartitionParts;
  readonly #timers: TimerService;
  readonly #commits: GroupCommit;
  readonly #tasks: Tasks;
  readonly #branches: Branches;
  readonly #activations: Map<string, Activation> = new Map();
  /** Takes nothing any more: what was taken is still written. */
  #closed = false;
  /** What is in memory is void. */
  #lost = false;

  constructor(parts: PartitionParts, lease: OwnLease) {
    this.#parts = parts;
    this.number = lease.lease.partition;
    const { store, clock } = parts;
    this.#tasks = new Tasks(parts.dispatcher, (key, message) => {
      if (this.#closed) parts.lateResult(key, message);
      else this.deliver(key, message);
    });
    this.#timers = new TimerService(
      store,
      clock,
      this.number,
      (timer) => this.#wake(timer),
      () => this.#timersOfActive(),
      (error) => this.#lose(error),
    );
    this.#commits = new GroupCommit(
      store,
      clock,
      lease,
      parts.ledger,
      (taken) => this.#settle(taken),
      (error) => this.#lose(error),
    );
    const writeRecords = (records: readonly RecordCommit[]): Promise<void> => this.writeRecords(records);
    this.#branches = new Branches({ ...parts, writeRecords, activations: this.#activations }, this.number);
  }

  /** How many executions are resident. */
  get resident(): number {
    return this.#activations.size;
  }

  /** Executions and records that wait for the next commit. */
  get waiting(): number {
    return this.#commits.waiting;
  }

  get commitFigures(): CommitFigures {
    return this.#commits.figures();
  }

  /** Begins to wake executions. Recovery (recovery.ts) sends its messages through `deliver`. */
  async start(): Promise<void> {
    await Promise.all([this.#timers.start(), this.#branches.start()]);
  }

  /** Takes nothing more, and resolves when all that was taken has been committed. `writeRecords` still works. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timers.stop();
    this.#branches.stop();
    for (const activation of this.#activations.values()) activation.turnAway(this.#notOwner());
    await this.#commits.close();
  }

  /** Forgets what is in memory. When it resolves nothing is written any more. */
  async stop(): Promise<void> {
    await this.close();
    this.#lost = true;
    await this.#commits.close(); // what came in between
  }

  /** Attempts that were dispatched and are not over, of all executions in memory: those with any stay there. */
  *attempts(): Iterable<readonly [executionKey: string, taskNumber: number]> {
    for (const activation of this.#activations.values()) yield* activation.attempts();
  }

  /** It takes nothing any more. */
  get closed(): boolean {
    return this.#closed;
  }

  get tasks(): Tasks {
    return this.#tasks;
  }

  get log(): RuntimeLog {
    return this.#parts.log;
  }

  /** Undefined: the execution is not in memory. */
  activationOf(executionKey: string): Activation | undefined {
    return this.#activations.get(executionKey);
  }

  /** Begins an execution that does not exist yet. @returns when, in ms since the epoch, once that is durable. */
  begin(key: string, program: Program, facts: StartFacts, input: Payload): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(this.#notOwner());
      const activation = new Activation(key, machineKeyOfExecution(key));
      this.#activations.set(key, activation);
      let startMs = 0;
      this.#firstTurn(activation, facts.secret, 1, { done: () => resolve(startMs), refused: reject }, (options) => {
        startMs = options.nowMs;
        return start(program, facts, input, options);
      });
    });
  }

  /** Where it does not become durable, nothing is left of it. */
  #firstTurn(
    activation: Activation,
    secret: string,
    firstEventId: number,
    waiter: Waiter,
    decide: (options: StepOptions) => Decision,
  ): void {
    activation.begun = true;
    const refused = (refusal: Error): void => {
      if (this.#activations.get(activation.key) === activation) this.#activations.delete(activation.key);
      waiter.refused(refusal);
    };
    const error = this.#turn(activation, secret, firstEventId, decide);
    if (error === undefined) activation.waiters.push({ done: waiter.done, refused });
    else refused(error);
  }

  /** Begins an execution that is a branch of another, unless it has begun; its root is told how far it is. */
  beginBranch(key: string, start: BranchStart, waiter: Waiter): void {
    const use = (execution: Execution | undefined): void => {
      const activation = this.#activations.get(key);
      if (execution === undefined || activation === undefined) return waiter.done();
      this.#branches.remind(activation, execution);
      this.#wait(activation, waiter);
    };
    this.withExecution(key, use, waiter.refused, start);
  }

  /** Sends a message; `waiter` is told when what it decided is durable. Over or unknown: done at once. */
  deliver(key: string, message: Message, waiter?: Waiter): void {
    const handle = (execution: Execution | undefined): void => {
      if (execution === undefined) {
        this.#branches.refuse(key, message);
        waiter?.done();
      } else this.#handle(key, execution, message, waiter);
    };
    this.withExecution(key, handle, waiter?.refused);
  }

  /**
   * Calls `use` with an execution, loading it first where it is not in memory; with undefined where it is over or
   * unknown. What `use` sees may not be durable yet: it may decide on it, and must not tell it. An unknown one is begun
   * where a branch's start is given.
   */
  withExecution(
    key: string,
    use: (execution: Execution | undefined) => void,
    refused?: (error: Error) => void,
    start?: BranchStart,
  ): void {
    if (this.#closed) return refused?.(this.#notOwner());
    const resident = this.#activations.get(key);
    if (resident?.execution !== undefined) return use(resident.execution);
    if (resident?.unreadable !== undefined) return refused?.(resident.unreadable);
    const activation = resident ?? new Activation(key, machineKeyOfExecution(key));
    activation.waiting.push({ use, refused });
    activation.start ??= start;
    if (resident !== undefined) return;
    this.#activations.set(key, activation);
    void this.#load(activation);
  }

  /** Writes records with the next commit; resolves when they are durable. */
  writeRecords(records: readonly RecordCommit[], options?: { readonly isNew: boolean }): Promise<void> {
    return this.write({ records, isNew: options?.isNew });
  }

  /** The same for whatever goes with a commit beside turns. */
  write(asked: Omit<RecordRequest, 'waiter'>): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#lost) reject(this.#notOwner());
      else this.#commits.addRecords({ ...asked, waiter: { done: resolve, refused: reject } });
    });
  }

  #handle(key: string, execution: Execution, message: Message, waiter: Waiter | undefined): void {
    const activation = this.#activations.get(key);
    if (activation?.execution !== execution) return this.deliver(key, message, waiter); // it has been loaded anew
    if (message.type === 'ProgressTaken') this.#branches.acknowledged(activation, execution, message);
    const { secret } = execution.facts;
    const error = this.#turn(activation, secret, execution.lastEventId + 1, (options) =>
      step(execution, message, options),
    );
    if (error !== undefined) {
      this.#abandon(activation, error);
      waiter?.refused(error);
    } else if (waiter !== undefined) this.#wait(activation, waiter);
  }

  /** What an execution has not made durable is dropped; from what is durable it fails. */
  #abandon(activation: Activation, error: Error): void {
    const { key, machineKey, failing } = activation;
    this.log('error', `${key}: a turn failed: ${error.stack}`);
    activation.drop(error);
    this.#activations.delete(key);
    if (failing) return; // not even that can be done: it stays as it is
    const loaded = new Activation(key, machineKey);
    loaded.failing = true;
    const cause = `An internal error occurred: ${error.message}`;
    const use = (): void => this.deliver(key, { type: 'Fail', error: 'States.Runtime', cause });
    loaded.waiting.push({ use, refused: undefined });
    this.#activations.set(key, loaded);
    const waiter = { done: () => void this.#load(loaded), refused: () => undefined };
    this.#commits.addRecords({ records: [], waiter });
  }

  /** What a message decided is durable with all that was decided before: perhaps it already is. */
  #wait(activation: Activation, waiter: Waiter): void {
    if (activation.settled) return waiter.done();
    activation.waiters.push(waiter);
    this.#commits.add(activation);
  }

  /** @returns what was thrown: the activation's memory is then void. */
  #turn(
    activation: Activation,
    secret: string,
    firstEventId: number,
    decide: (options: StepOptions) => Decision,
  ): Error | undefined {
    const nowMs = activation.timeOfTurn(this.#parts.clock.now());
    const sink = activation.openTurn(nowMs);
    try {
      const { execution, effects } = decide({ nowMs, host: new TurnHost(secret, firstEventId), sink });
      activation.execution = execution;
      for (const effect of effects) activation.effects.push(effect);
    } catch (error) {
      return toError(error);
    }
    if (activation.closeTurn()) this.#commits.add(activation);
    if (activation.survived !== undefined && activation.inheritedAttempts().length === 0) {
      activation.survived();
      activation.survived = undefined;
    }
    return undefined;
  }

  /** Its turns are durable: callers are answered, tasks leave, and if nothing more is owed it leaves memory. */
  #settle({ activation, commit, lastEventId, turns, effects, waiters }: TakenTurns): void {
    const { key, execution } = activation;
    activation.settle();
    if (this.#lost || execution === undefined) {
      for (const { done } of waiters) done();
      return;
    }
    for (const effect of effects) {
      if (effect.type === 'Continue') this.deliver(key, { type: 'Continue' });
      else if ('taskNumber' in effect) this.#tasks.perform(key, execution, effect);
      else this.#branches.perform(execution, effect);
    }
    if (execution.branch !== undefined) this.#branches.ship(activation, execution, turns);
    for (const { done } of waiters) done();
    const { progress } = this.#parts;
    if (progress.wanted && execution.branch === undefined) {
      progress.tell({ executionArn: execution.facts.executionArn, lastEventId, status: commit.entryAfter.status });
    }
    this.#setTimer(activation, execution);
    this.#evict(activation);
  }

  /** The timer is used up: what this turn decides may be due at the same millisecond, and then needs one again. */
  #wake({ atMs, executionKey }: Timer): void {
    const activation = this.#activations.get(executionKey);
    if (activation?.timerMs === atMs) activation.timerMs = undefined;
    this.deliver(executionKey, { type: 'TimeHasCome' });
  }

  #setTimer(activation: Activation, execution: Execution): void {
    const dueMs = execution.end === undefined ? earliestDue(execution) : undefined;
    if (dueMs === activation.timerMs && activation.timerIsSet) return;
    activation.timerMs = dueMs;
    activation.timerIsSet = dueMs === undefined || this.#timers.set(dueMs, activation.key);
  }

  /** Active executions stay in memory, and the store knows no time of theirs. */
  *#timersOfActive(): Iterable<Timer> {
    for (const { active, timerMs, key } of this.#activations.values()) {
      if (active && timerMs !== undefined) yield { atMs: timerMs, executionKey: key };
    }
  }

  /** Whoever only waits leaves memory: the store wakes it. */
  #evict(activation: Activation): void {
    if (activation.idle && this.#activations.get(activation.key) === activation)
      this.#activations.delete(activation.key);
  }

  async #load(activation: Activation): Promise<void> {
    const { key } = activation;
    try {
      const loaded = await loadExecution(this.#parts.store, key, activation.machineKey, this.#parts.programOf);
      if (this.#lost || this.#closed) return;
      if (loaded === undefined && activation.start !== undefined) await this.#beginLoaded(activation, activation.start);
      else if (loaded === undefined || isOver(loaded.execution)) this.#activations.delete(key);
      else {
        activation.resume(loaded.execution, loaded.stored);
        this.#branches.open(activation, loaded.execution, loaded.turns);
        if (activation.active) this.#setTimer(activation, loaded.execution);
      }
      if (this.#closed) return;
      const { execution } = activation; // one that throws takes it out of memory: those behind it ask anew
      for (const { use } of activation.waiting.splice(0)) use(execution);
      this.#evict(activation);
    } catch (error) {
      if (!(error instanceof Unreadable)) return this.#lose(error);
      this.log('error', `${key} stays as it is: ${error.message}`);
      activation.unreadable = error;
      activation.turnAway(error);
    }
  }

  async #beginLoaded(activation: Activation, start: BranchStart): Promise<void> {
    const program = await this.#parts.programOf(start.facts.revisionId);
    if (this.#lost || this.#closed) return;
    const waiter = this.#branches.beginner(start);
    this.#firstTurn(activation, start.facts.secret, start.lastEventId + 1, waiter, (options) =>
      startBranch(program, start, options),
    );
    if (activation.execution !== undefined) this.#branches.open(activation, activation.execution, []);
  }

  #lose(reason: unknown): void {
    if (this.#lost) return;
    const error = toError(reason);
    this.#lost = true;
    this.#closed = true;
    this.#timers.stop();
    this.#branches.stop();
    const refusal = this.#notOwner(error);
    for (const activation of this.#activations.values()) activation.refuse(refusal);
    this.#activations.clear();
    this.#parts.lost(error);
  }

  #notOwner(cause?: Error): NotOwner {
    return new NotOwner(this.number, { cause });
  }
}
