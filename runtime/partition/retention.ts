import { formatTimestamp } from '../../core/timestamp.ts';
import { isBranchKey } from '../actor/execution-key.ts';
import { isOwnName } from '../actor/execution-name.ts';
import type { Clock } from '../ports/clock.ts';
import { NotOwner } from '../ports/not-owner.ts';
import type { EndedExecution, EndedPage, NameCommit, StartPosition, Store } from '../ports/store.ts';
import type { RecordRequest } from './group-commit.ts';
import { type Expiry, type HistoryLedger, LEDGER } from './history-ledger.ts';
import type { HistoryPolicies } from './history-policies.ts';
import { nameHash } from './name-hash.ts';
import type { RuntimeLog } from './partition.ts';

/** Executions, and chunks of logs behind their first ones, 16 KiB each, that go with one commit at most: what else it carries hardly waits. A commit takes one such batch. */
const BATCH_EXECUTIONS_MAX = 100;
const BATCH_CHUNKS_MAX = 64;
/** Executions that are looked at at once, while those before go. */
const PAGE = 400;
const LEDGER_PAGE = 1_000;
const NAMES_PAGE = 500;
/** After which what could not go is tried again, and a store that failed is asked again, in milliseconds. */
const RETRY_MS = 1_000;
/** After which names are looked through for those that are free by now, first and then again, in milliseconds. */
const SWEEP_FIRST_MS = 300_000;
const SWEEP_MS = 86_400_000;
/** Of one state machine: that it is told about so often at most, in milliseconds. */
const WARN_MS = 60_000;
export const HOUR_MS = 3_600_000;

export interface RetentionParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly partition: number;
  readonly ledger: HistoryLedger;
  readonly policies: HistoryPolicies;
  /** Writes with the next commit; resolves when it is durable. */
  readonly write: (asked: Omit<RecordRequest, 'waiter'>) => Promise<void>;
  /** Whether it is in memory: something may still come of it. */
  readonly isResident: (executionKey: string) => boolean;
  readonly log: RuntimeLog;
}

/**
 * Deletes what has ended on a partition when it is too old, or takes too much room: oldest end first, by rows of the
 * ledger, a few executions with each commit.
 *
 *   waiting ── something is due ──► listing, oldest start first ──► a batch, durable ──► … ──► rows forgotten ──► waiting
 *
 * What a crash or a hand-over cuts is due again for the next owner: rows go last. A name that was given up for room stays
 * taken for as long as its execution would have been kept, as a hash.
 */
export class Retention {
  readonly #parts: RetentionParts;
  readonly #warnings: Map<string, { sinceMs: number; executions: number }> = new Map();
  #sweepMs: number;
  #isLoaded = false;
  #isRunning = false;
  #stopped = false;
  #cancel: () => void = () => undefined;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
    this.#sweepMs = parts.clock.now() + SWEEP_FIRST_MS;
  }

  /** Begins, when all that was under way is in memory. */
  start(): void {
    const { clock, ledger } = this.#parts;
    ledger.watch(() => {
      if (!this.#isRunning) this.#arm(clock.now());
    });
    this.#arm(clock.now());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #arm(atMs: number): void {
    this.#cancel();
    if (this.#stopped) return;
    this.#cancel = this.#parts.clock.at(atMs, () => void this.#run());
  }

  async #run(): Promise<void> {
    const { clock, ledger, policies } = this.#parts;
    this.#isRunning = true;
    let nextMs = clock.now() + RETRY_MS;
    try {
      if (!this.#isLoaded) await this.#load();
      await policies.learn(ledger.machineKeys);
      let allGone = true;
      for (const expiry of ledger.due(clock.now())) allGone = (await this.#remove(expiry)) && allGone;
      if (clock.now() >= this.#sweepMs) await this.#sweep();
      const dueMs = Math.min(ledger.nextDueMs(), this.#sweepMs);
      nextMs = allGone ? dueMs : Math.max(dueMs, nextMs);
    } catch (error) {
      if (error instanceof NotOwner) this.stop(); // else the store is away for a while: what was to go still is
    }
    this.#isRunning = false;
    this.#arm(nextMs);
  }

  /** Takes up what owners before have left of the ledger. */
  async #load(): Promise<void> {
    const { store, partition, ledger } = this.#parts;
    for (let after: string | undefined; ; ) {
      const records = await store.readRecords({ partition, prefix: LEDGER, limit: LEDGER_PAGE, after });
      ledger.load(records);
      after = records.at(-1)?.key;
      if (after === undefined) break;
    }
    this.#isLoaded = true;
  }

  /** @returns whether all of it has gone: something may still come of what is in memory. */
  async #remove({ machineKey, untilMs, rows, bytesMax }: Expiry): Promise<boolean> {
    const { store, partition, ledger, write, isResident } = this.#parts;
    const read = (after: StartPosition | undefined): Promise<EndedPage> => {
      const page = store.readEnded({ partition, machineKey, stoppedUntilMs: untilMs, limit: PAGE, after });
      page.catch(() => undefined); // whoever has stopped waits for none
      return page;
    };
    let stayed = false;
    for (let reading: Promise<EndedPage> | undefined = read(undefined); reading !== undefined; ) {
      const { executions, next }: EndedPage = await reading;
      if (this.#stopped) return false;
      reading = next && read(next);
      const free = executions.filter(({ entry }) => !isResident(entry.executionKey));
      stayed ||= free.length < executions.length;
      await Promise.all(batches(free).map((removed) => write({ records: [], removed, names: this.#namesOf(removed) })));
      if (bytesMax !== undefined && free.length > 0) this.#warn(machineKey, untilMs, free.length, bytesMax);
    }
    if (this.#stopped) return false;
    if (!stayed) await write({ records: ledger.forget(rows) });
    return !stayed;
  }

  /** Names that stay taken: not those that nobody has chosen, nor those whose time is over. */
  #namesOf(removed: readonly EndedExecution[]): readonly NameCommit[] {
    const { clock, policies } = this.#parts;
    return removed.flatMap(({ entry: { executionKey, machineKey, stopMs = 0 } }) => {
      const untilMs = stopMs + policies.of(machineKey).retentionMs;
      const name = executionKey.slice(executionKey.lastIndexOf(':') + 1);
      if (untilMs <= clock.now() || isBranchKey(executionKey) || isOwnName(name)) return [];
      return [{ hash: nameHash(executionKey), untilHour: Math.ceil(untilMs / HOUR_MS) }];
    });
  }

  #warn(machineKey: string, untilMs: number, executions: number, bytesMax: number): void {
    const { clock, partition, log } = this.#parts;
    const warning = this.#warnings.get(machineKey) ?? { sinceMs: Number.NEGATIVE_INFINITY, executions: 0 };
    this.#warnings.set(machineKey, warning);
    warning.executions += executions;
    if (clock.now() - warning.sinceMs < WARN_MS) return;
    log(
      'warn',
      `${machineKey}: ${warning.executions} executions that ended before ${formatTimestamp(untilMs)} are DELETED from ` +
        `partition ${partition} to make room: what has ended may take ${megabytes(bytesMax)}, all partitions together. ` +
        'To keep more, raise --history-bytes-max, or the tag redstep:historyBytesMax of the state machine',
    );
    this.#warnings.set(machineKey, { sinceMs: clock.now(), executions: 0 });
  }

  /** Forgets names that are free by now. */
  async #sweep(): Promise<void> {
    const { store, partition, clock, write } = this.#parts;
    for (let after: Uint8Array | undefined; ; ) {
      const page = await store.readNames({ partition, limit: NAMES_PAGE, after });
      const free = page.names.filter(({ untilHour }) => untilHour * HOUR_MS <= clock.now());
      const names = free.map(({ hash }) => ({ hash, untilHour: undefined }));
      if (names.length > 0) await write({ records: [], names });
      after = page.next;
      if (after === undefined || this.#stopped) break;
    }
    this.#sweepMs = clock.now() + SWEEP_MS;
  }
}

/** One that is larger than a batch goes alone. */
function batches(executions: readonly EndedExecution[]): readonly (readonly EndedExecution[])[] {
  const made: EndedExecution[][] = [];
  let chunks = 0;
  for (const execution of executions) {
    chunks += execution.lastChunk;
    const last = made.at(-1);
    if (last !== undefined && chunks <= BATCH_CHUNKS_MAX && last.length < BATCH_EXECUTIONS_MAX) last.push(execution);
    else {
      made.push([execution]);
      chunks = execution.lastChunk;
    }
  }
  return made;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
