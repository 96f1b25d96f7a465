import { toError } from '../../core/to-error.ts';
import type { Activation, TakenTurns } from '../actor/activation.ts';
import type { Clock } from '../ports/clock.ts';
import { NotOwner } from '../ports/not-owner.ts';
import {
  type EndedExecution,
  Fenced,
  type NameCommit,
  type RecordCommit,
  type Store,
  StoreFull,
} from '../ports/store.ts';
import { type CommitFigures, CommitTimes } from './commit-times.ts';
import type { HistoryLedger } from './history-ledger.ts';
import type { OwnLease } from './own-lease.ts';

/** Executions in one commit at most: what is left goes into the next one. */
const COMMIT_EXECUTIONS_MAX = 256;

/** Between two attempts to write what is under way into a store that has no room, in milliseconds. */
const ROOM_RETRY_MS = 250;

/** Who waits for something to be durable. */
export interface Waiter {
  readonly done: () => void;
  readonly refused: (error: Error) => void;
}

export interface RecordRequest {
  readonly records: readonly RecordCommit[];
  readonly waiter: Waiter;
  /** It begins something: refused when there is no room, so that what is under way has it. */
  readonly isNew?: boolean | undefined;
  /** As the port has them. */
  readonly removed?: readonly EndedExecution[];
  readonly names?: readonly NameCommit[];
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
  readonly #ledger: HistoryLedger;
  readonly #times = new CommitTimes();
  #commitNumber: number;
  #activations: Activation[] = [];
  #requests: RecordRequest[] = [];
  #scheduled = false;
  #running = false;
  /** A commit has failed: nothing is written any more. */
  #over = false;
  #idle: (() => void)[] = [];
  #closing = false;
  #stopWaiting: () => void = () => undefined;

  /** `settle` is given what has become durable. `failed` is told once: all memory built on what was taken is void. */
  constructor(
    store: Store,
    clock: Clock,
    lease: OwnLease,
    ledger: HistoryLedger,
    settle: (taken: TakenTurns) => void,
    failed: (error: Error) => void,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#lease = lease;
    this.#ledger = ledger;
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

  addRecords(request: RecordRequest): void {
    this.#requests.push(request);
    this.#schedule();
  }

  /** Executions and records that wait for the next commit. */
  get waiting(): number {
    return this.#activations.length + this.#requests.length;
  }

  figures(): CommitFigures {
    return this.#times.figures();
  }

  /** Resolves when nothing is gathered and no commit is under way. Nothing waits for room any more. */
  close(): Promise<void> {
    this.#closing = true;
    this.#stopWaiting();
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
      let writable = batch;
      let error = await writing;
      if (error instanceof StoreFull) ({ batch: writable, error } = await this.#writeWithoutRoom(batch, error));
      error ??= this.#lease.trusted ? undefined : await this.#confirm();
      if (error !== undefined) return this.#fail(writable, error);
      written = writable;
    }
    this.#running = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #take(): Batch | undefined {
    if (this.waiting === 0) return undefined;
    const batch = {
      turns: this.#activations
        .splice(0, COMMIT_EXECUTIONS_MAX)
        .filter(({ gathered }) => gathered)
        .map((activation) => activation.take()),
      requests: this.#takeRequests(),
    };
    return batch;
  }

  /** All of them, but for what goes: of that, one batch goes with each commit. */
  #takeRequests(): readonly RecordRequest[] {
    const first = this.#requests.find(({ removed }) => removed !== undefined);
    const isTaken = (request: RecordRequest): boolean => request.removed === undefined || request === first;
    const taken = this.#requests.filter(isTaken);
    this.#requests = this.#requests.filter((request) => !isTaken(request));
    return taken;
  }

  /** Resolves to why it could not be written; undefined: it is durable. Never rejects. */
  async #write({ turns, requests }: Batch): Promise<Error | undefined> {
    const { partition, epoch, holder } = this.#lease.lease;
    const number = this.#commitNumber + 1;
    const ended = this.#ledger.weigh(turns);
    if (!this.#lease.trusted) {
      const error = await this.#confirm();
      if (error !== undefined) return error;
    }
    try {
      const executions = turns.map(({ commit }) => commit);
      const records = [...turns, ...requests].flatMap((decided) => decided.records);
      if (ended !== undefined) records.push(...ended.records);
      const removed = requests.flatMap((request) => request.removed ?? []);
      const names = requests.flatMap((request) => request.names ?? []);
      const hasNewRecords = requests.some(({ isNew }) => isNew === true);
      const sentAt = this.#clock.elapsed();
      const changes = { executions, records, hasNewRecords, removed, names };
      await this.#store.commitTurns({ partition, epoch, holder, number, ...changes });
      this.#times.add(this.#clock.elapsed() - sentAt);
    } catch (error) {
      return toError(error);
    }
    this.#commitNumber = number;
    ended?.keep();
    return undefined;
  }

  /**
   * There is no room. What is new is refused; what is under way goes in, perhaps when something else has made room: until
   * then it waits.
   */
  async #writeWithoutRoom(full: Batch, reason: StoreFull): Promise<{ batch: Batch; error: Error | undefined }> {
    for (const { commit, activation } of full.turns) if (commit.entryBefore === undefined) activation.drop(reason);
    const batch: Batch = {
      turns: full.turns.filter(({ commit }) => commit.entryBefore !== undefined),
      requests: full.requests.filter(({ isNew }) => isNew !== true),
    };
    for (const taken of full.turns) {
      if (taken.commit.entryBefore === undefined) for (const { refused } of taken.waiters) refused(reason);
    }
    for (const { waiter, isNew } of full.requests) if (isNew === true) waiter.refused(reason);
    for (;;) {
      const error = await this.#write(batch);
      if (!(error instanceof StoreFull) || this.#closing) return { batch, error };
      await new Promise<void>((resolve) => {
        this.#stopWaiting = resolve;
        this.#clock.at(this.#clock.now() + ROOM_RETRY_MS, resolve);
      });
    }
  }

  /** The lease's term is over; perhaps nobody took it. @returns why the partition is lost. */
  async #confirm(): Promise<Error | undefined> {
    try {
      return (await this.#lease.confirm()) ? undefined : new Fenced(this.#lease.lease.partition);
    } catch (error) {
      return toError(error);
    }
  }

  #settleBatch({ turns, requests }: Batch): void {
    for (const taken of turns) this.#settle(taken);
    for (const { waiter } of requests) waiter.done();
  }

  #fail({ turns, requests }: Batch, error: Error): void {
    const refusal = new NotOwner(this.#lease.lease.partition, { cause: error });
    for (const taken of turns) for (const { refused } of taken.waiters) refused(refusal);
    for (const activation of this.#activations) activation.refuse(refusal);
    for (const { waiter } of [...requests, ...this.#requests]) waiter.refused(refusal);
    this.#over = true;
    for (const resolve of this.#idle.splice(0)) resolve();
    this.#failed(error);
  }
}

/** What one commit carries. */
interface Batch {
  readonly turns: readonly TakenTurns[];
  readonly requests: readonly RecordRequest[];
}
