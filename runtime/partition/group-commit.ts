import { toError } from '../../core/to-error.ts';
import type { Activation, TakenTurns } from '../actor/activation.ts';
import type { Clock } from '../ports/clock.ts';
import { NotOwner } from '../ports/not-owner.ts';
import { Fenced, type RecordCommit, type Store } from '../ports/store.ts';
import type { OwnLease } from './own-lease.ts';

/** Executions in one commit at most: what is left goes into the next one. */
const COMMIT_EXECUTIONS_MAX = 256;

/** Who waits for something to be durable. */
export interface Waiter {
  readonly done: () => void;
  readonly refused: (error: Error) => void;
}

/**
 * Gathers what turns decide and writes it, one numbered commit at a time.
 *
 *   gather ──► take ──► write ──► settle
 *                         ▲          │ effects, answers: they lead to new turns, which gather for the next take
 *
 * While a commit is written, the one before it is settled: the store and the turns work side by side.
 */
export class GroupCommit {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #settle: (taken: TakenTurns) => void;
  readonly #failed: (error: Error) => void;
  readonly #lease: OwnLease;
  #commitNumber: number;
  #activations: Activation[] = [];
  #records: RecordCommit[] = [];
  #waiters: Waiter[] = [];
  #scheduled = false;
  #running = false;
  /** A commit has failed: nothing is written any more. */
  #over = false;
  #idle: (() => void)[] = [];

  /** `settle` is given what has become durable. `failed` is told once: all memory built on what was taken is void. */
  constructor(
    store: Store,
    clock: Clock,
    lease: OwnLease,
    settle: (taken: TakenTurns) => void,
    failed: (error: Error) => void,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#lease = lease;
    this.#commitNumber = lease.lease.commitNumber;
    this.#settle = settle;
    this.#failed = failed;
  }

  /** The activation has turns to be written. Asking again before they are taken changes nothing. */
  add(activation: Activation): void {
    if (activation.gathered) return;
    activation.gathered = true;
    this.#activations.push(activation);
    this.#schedule();
  }

  addRecords(records: readonly RecordCommit[], waiter: Waiter): void {
    for (const record of records) this.#records.push(record);
    this.#waiters.push(waiter);
    this.#schedule();
  }

  /** Resolves when nothing is gathered and no commit is under way. */
  idle(): Promise<void> {
    if (this.#over || (!this.#running && !this.#scheduled)) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #schedule(): void {
    if (this.#scheduled || this.#running) return;
    this.#scheduled = true;
    this.#clock.soon(() => {
      this.#scheduled = false;
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    let written: Batch | undefined;
    for (let batch = this.#take(); batch !== undefined || written !== undefined; batch = this.#take()) {
      const writing = batch === undefined ? undefined : this.#write(batch);
      if (written !== undefined) this.#settleBatch(written);
      written = batch;
      if (batch === undefined || writing === undefined) continue;
      const error = (await writing) ?? (this.#lease.trusted ? undefined : await this.#renew());
      if (error !== undefined) return this.#fail(batch, error);
    }
    this.#running = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #take(): Batch | undefined {
    if (this.#activations.length + this.#waiters.length === 0) return undefined;
    const batch = {
      turns: this.#activations
        .splice(0, COMMIT_EXECUTIONS_MAX)
        .filter(({ gathered }) => gathered)
        .map((activation) => activation.take()),
      records: this.#records,
      waiters: this.#waiters,
    };
    this.#records = [];
    this.#waiters = [];
    return batch;
  }

  /** Resolves to why it could not be written; undefined: it is durable. Never rejects. */
  async #write({ turns, records }: Batch): Promise<Error | undefined> {
    const { partition, epoch, holder } = this.#lease.lease;
    const number = this.#commitNumber + 1;
    if (!this.#lease.trusted) {
      const error = await this.#renew();
      if (error !== undefined) return error;
    }
    try {
      const executions = turns.map(({ commit }) => commit);
      await this.#store.commitTurns({ partition, epoch, holder, number, executions, records });
    } catch (error) {
      return toError(error);
    }
    this.#commitNumber = number;
    return undefined;
  }

  /** The lease's term is over; perhaps nobody took it. @returns why the partition is lost. */
  async #renew(): Promise<Error | undefined> {
    try {
      return (await this.#lease.renew()) ? undefined : new Fenced(this.#lease.lease.partition);
    } catch (error) {
      return toError(error);
    }
  }

  #settleBatch({ turns, waiters }: Batch): void {
    for (const taken of turns) this.#settle(taken);
    for (const { done } of waiters) done();
  }

  #fail({ turns, waiters }: Batch, error: Error): void {
    const refusal = new NotOwner(this.#lease.lease.partition, { cause: error });
    for (const taken of turns) for (const { refused } of taken.waiters) refused(refusal);
    for (const activation of this.#activations) activation.refuse(refusal);
    for (const { refused } of [...waiters, ...this.#waiters]) refused(refusal);
    this.#over = true;
    for (const resolve of this.#idle.splice(0)) resolve();
    this.#failed(error);
  }
}

/** What one commit carries. */
interface Batch {
  readonly turns: readonly TakenTurns[];
  readonly records: readonly RecordCommit[];
  readonly waiters: readonly Waiter[];
}
