import type { Activation } from '../actor/activation.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExecutionCommit, Lease, RecordCommit, Store } from '../ports/store.ts';

/** Executions in one commit at most: a longer queue is written in several. */
const COMMIT_EXECUTIONS_MAX = 2_000;

/** How the commit of an activation is made when its turn has come. */
export type TakeCommit = (activation: Activation) => ExecutionCommit;

/**
 * Gathers what turns decide and writes it, one commit at a time: while one is under way the next one fills.
 * What waits for a commit (`afterwards`) runs once it is durable, in the order in which it was added.
 */
export class GroupCommit {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #take: TakeCommit;
  readonly #failed: (error: Error) => void;
  #lease: Lease;
  #activations: Activation[] = [];
  #records: RecordCommit[] = [];
  #afterwards: (() => void)[] = [];
  #refused: ((error: Error) => void)[] = [];
  #scheduled = false;
  #running = false;
  #idle: (() => void)[] = [];
  #commits = 0;

  /** `failed` is told once: everything gathered, and all memory built on it, is void. */
  constructor(store: Store, clock: Clock, lease: Lease, take: TakeCommit, failed: (error: Error) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#lease = lease;
    this.#take = take;
    this.#failed = failed;
  }

  /** How many commits have been made durable. */
  get commits(): number {
    return this.#commits;
  }

  add(activation: Activation): void {
    if (activation.gathered) return;
    activation.gathered = true;
    this.#activations.push(activation);
    this.#schedule();
  }

  addRecord(record: RecordCommit): void {
    this.#records.push(record);
    this.#schedule();
  }

  /** Runs `done` when everything added so far is durable; `refused` instead, when that fails. */
  afterwards(done: () => void, refused?: (error: Error) => void): void {
    this.#afterwards.push(done);
    if (refused !== undefined) this.#refused.push(refused);
    this.#schedule();
  }

  /** Resolves when nothing is gathered and no commit is under way. */
  idle(): Promise<void> {
    if (!this.#running && !this.#scheduled) return Promise.resolve();
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
    if (this.#running) return;
    this.#running = true;
    while (this.#activations.length + this.#records.length + this.#afterwards.length > 0) {
      const activations = this.#activations.splice(0, COMMIT_EXECUTIONS_MAX);
      // What waits belongs to all that was gathered before it: with a remainder left over it goes with the last part.
      const whole = this.#activations.length === 0;
      const afterwards = whole ? this.#afterwards : [];
      const refused = whole ? this.#refused : [];
      if (whole) {
        this.#afterwards = [];
        this.#refused = [];
      }
      try {
        await this.#commit(activations);
      } catch (error) {
        const reason = error instanceof Error ? error : new Error(String(error));
        for (const refuse of [...refused, ...this.#refused]) refuse(reason);
        this.#running = false;
        this.#failed(reason);
        return;
      }
      for (const done of afterwards) done();
    }
    this.#running = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #commit(activations: readonly Activation[]): Promise<void> {
    const records = this.#records;
    this.#records = [];
    const executions: ExecutionCommit[] = [];
    for (const activation of activations) {
      activation.gathered = false;
      if (activation.dirty) executions.push(this.#take(activation));
    }
    if (executions.length + records.length === 0) return;
    const { partition, epoch, holder, commitNumber } = this.#lease;
    const number = commitNumber + 1;
    await this.#store.commitTurns({ partition, epoch, holder, number, executions, records });
    this.#lease = { ...this.#lease, commitNumber: number };
    this.#commits++;
  }
}
