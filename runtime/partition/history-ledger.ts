import { machineOfListing } from '../actor/execution-key.ts';
import type { ExecutionCommit, RecordCommit, StoredRecord } from '../ports/store.ts';
import { packRecord, unpackRecord } from '../stores/record-codec.ts';
import type { ListingPolicy } from './history-policies.ts';

/** Prefix of the ledger's records: the key of a listing, the epoch and a number follow. */
export const LEDGER = 'ended/';

/** What a store needs for an execution beside its log: key, entry, what allocators round up; measured on Redis. */
const BESIDE_LOG_BYTES = 450;
/** A row ends after this share of the time and the bytes that are kept: so precisely are both kept to. */
const ROWS_KEPT = 32;
const ROW_MS_MAX = 86_400_000;
const ROW_BYTES_MAX = 2 ** 26;

/** Whether a record is one of the ledger's: an import makes them anew. */
export function isLedgerRecord(key: string): boolean {
  return key.startsWith(LEDGER);
}

/** Executions of one listing that ended one after the other. */
export interface LedgerRow {
  /** Of its record. */
  readonly key: string;
  /** Names the listing: a state machine's executions, or their branches. */
  readonly machineKey: string;
  readonly bytes: number;
  readonly count: number;
  /** Between which two times they ended, in milliseconds since the epoch. */
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Executions of a listing that are to go: those that ended until then. */
export interface Expiry {
  readonly machineKey: string;
  readonly untilMs: number;
  readonly rows: readonly LedgerRow[];
  /** What they have to make room for, in bytes; undefined: they are old. */
  readonly bytesMax: number | undefined;
}

/** Rows of the executions that end with a commit. */
export interface LedgerEntry {
  readonly records: readonly RecordCommit[];
  /** The commit is durable. */
  keep(): void;
}

/** An execution's part in a commit, and the length of its log after it. */
export interface WeighedCommit {
  readonly commit: ExecutionCommit;
  readonly logBytes: number;
}

export interface LedgerOptions {
  /** Names the rows that this owner begins: it does not need to have read those of owners before. */
  readonly epoch: number;
  /** Each partition keeps to its share of what is kept in bytes. */
  readonly partitionCount: number;
  /** What is known of a listing so far. */
  readonly policyOf: (machineKey: string) => ListingPolicy;
  /** What all state machines together may take that have no limit of their own; undefined: that is not limited. */
  readonly sharedBytesMax: number | undefined;
}

/**
 * How much has ended on a partition, by listing and time: a row says it of some executions that ended one after the
 * other, and is written with each commit in which another one ends. So what is to go is known without an index of ends:
 *
 *   row ── full, or its time is over ──► closed ── too old, or there is too much ──► due ── all of it has gone ──► forgotten
 */
export class HistoryLedger {
  readonly #options: LedgerOptions;
  /** By listing, then by key. */
  readonly #rows: Map<string, Map<string, LedgerRow>> = new Map();
  /** By listing: the row that takes what ends next. */
  readonly #open: Map<string, LedgerRow> = new Map();
  /** By limit: what was left of it when it was last looked at, less what has come since. */
  #room: Map<string, number> = new Map();
  #begun = 0;
  #full: () => void = () => undefined;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** `full` is called when there is more than may be, and again only after `due`. */
  watch(full: () => void): void {
    this.#full = full;
  }

  get machineKeys(): Iterable<string> {
    return this.#rows.keys();
  }

  /** Takes up rows of owners before. */
  load(records: readonly StoredRecord[]): void {
    for (const { key, value } of records) {
      const machineKey = key.slice(LEDGER.length, key.lastIndexOf('/'));
      if (this.#rows.get(machineKey)?.has(key) === true) continue; // it is ours
      this.#put({ key, machineKey, ...unpackRecord<Omit<LedgerRow, 'key' | 'machineKey'>>(value) });
    }
  }

  /** What a commit adds; undefined: nothing ends with it. Nothing of it counts before it is kept. */
  weigh(commits: readonly WeighedCommit[]): LedgerEntry | undefined {
    let added: Map<string, LedgerRow> | undefined;
    for (const { commit, logBytes } of commits) {
      const { stopMs, machineKey } = commit.entryAfter;
      if (stopMs === undefined || commit.entryBefore?.stopMs !== undefined) continue;
      added ??= new Map();
      const row = added.get(machineKey) ?? this.#rowFor(machineKey, stopMs);
      added.set(machineKey, {
        ...row,
        bytes: row.bytes + logBytes + BESIDE_LOG_BYTES,
        count: row.count + 1,
        firstMs: Math.min(row.firstMs, stopMs),
        lastMs: Math.max(row.lastMs, stopMs),
      });
    }
    if (added === undefined) return undefined;
    const rows = [...added.values()];
    return { records: rows.map(recordOf), keep: () => this.#keep(rows) };
  }

  /** What is to go at this time. */
  due(nowMs: number): readonly Expiry[] {
    const expiries = new Map<string, { untilMs: number; bytesMax: number | undefined }>();
    const add = ({ machineKey, lastMs }: LedgerRow, bytesMax: number | undefined): void => {
      expiries.set(machineKey, { untilMs: lastMs, bytesMax });
    };
    this.#room = new Map();
    for (const [limit, rows] of this.#byLimit()) {
      const bytesMax = this.#limitOf(rows[0]?.machineKey ?? '');
      let room = this.#shareOf(bytesMax);
      for (const { bytes } of rows) room -= bytes;
      for (const row of rows) {
        const ageMs = nowMs - row.lastMs;
        const { retentionMs, minAgeMs } = this.#options.policyOf(row.machineKey);
        const isOld = ageMs >= retentionMs;
        if (!isOld && (room >= 0 || ageMs < minAgeMs)) continue;
        add(row, isOld ? undefined : bytesMax);
        room += row.bytes;
      }
      this.#room.set(limit, room);
    }
    return [...expiries].map(([machineKey, { untilMs, bytesMax }]) => {
      const rows = [...(this.#rows.get(machineKey)?.values() ?? [])].filter(({ lastMs }) => lastMs <= untilMs);
      const open = this.#open.get(machineKey);
      if (open !== undefined && open.lastMs <= untilMs) this.#open.delete(machineKey);
      return { machineKey, untilMs, rows, bytesMax };
    });
  }

  /** When something will be due; Infinity: nothing is there. */
  nextDueMs(): number {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [limit, rows] of this.#byLimit()) {
      const isFull = (this.#room.get(limit) ?? 0) < 0;
      for (const { machineKey, lastMs } of rows) {
        const { retentionMs, minAgeMs } = this.#options.policyOf(machineKey);
        nextMs = Math.min(nextMs, lastMs + (isFull ? Math.min(minAgeMs, retentionMs) : retentionMs));
      }
    }
    return nextMs;
  }

  /** All that a row stands for has gone. @returns what goes with a commit. */
  forget(rows: readonly LedgerRow[]): readonly RecordCommit[] {
    for (const { machineKey, key } of rows) {
      const known = this.#rows.get(machineKey);
      known?.delete(key);
      if (known?.size === 0) this.#rows.delete(machineKey);
    }
    return rows.map(({ key }) => ({ key, value: undefined }));
  }

  /** The row that takes an execution which ended at `stopMs`. */
  #rowFor(machineKey: string, stopMs: number): LedgerRow {
    const open = this.#open.get(machineKey);
    if (open !== undefined && !this.#isClosed(open, stopMs)) return open;
    const key = `${LEDGER}${machineKey}/${this.#options.epoch}.${++this.#begun}`;
    return { key, machineKey, bytes: 0, count: 0, firstMs: stopMs, lastMs: stopMs };
  }

  #isClosed({ machineKey, bytes, firstMs, lastMs }: LedgerRow, stopMs: number): boolean {
    const { retentionMs } = this.#options.policyOf(machineKey);
    const bytesMax = this.#shareOf(this.#limitOf(machineKey));
    const spanMs = Math.max(lastMs, stopMs) - Math.min(firstMs, stopMs);
    return (
      spanMs >= Math.min(ROW_MS_MAX, retentionMs / ROWS_KEPT) || bytes >= Math.min(ROW_BYTES_MAX, bytesMax / ROWS_KEPT)
    );
  }

  #keep(rows: readonly LedgerRow[]): void {
    for (const row of rows) {
      const { machineKey, key, bytes } = row;
      const limit = this.#limitNameOf(machineKey);
      const before = this.#rows.get(machineKey)?.get(key)?.bytes ?? 0;
      const room = (this.#room.get(limit) ?? this.#shareOf(this.#limitOf(machineKey))) + before;
      this.#room.set(limit, room - bytes);
      this.#put(row);
      this.#open.set(machineKey, row);
      if (room >= 0 && room - bytes < 0) this.#full();
    }
  }

  #put(row: LedgerRow): void {
    const rows = this.#rows.get(row.machineKey) ?? new Map();
    this.#rows.set(row.machineKey, rows.set(row.key, row));
  }

  /** Rows that one limit is for, oldest first. */
  #byLimit(): Map<string, LedgerRow[]> {
    const limits = new Map<string, LedgerRow[]>();
    for (const [machineKey, rows] of this.#rows) {
      const name = this.#limitNameOf(machineKey);
      limits.set(name, [...(limits.get(name) ?? []), ...rows.values()]);
    }
    for (const rows of limits.values()) rows.sort((left, right) => left.lastMs - right.lastMs);
    return limits;
  }

  /** A state machine's own limit is for its executions and their branches; the others share one. */
  #limitNameOf(machineKey: string): string {
    const isOwn = this.#options.policyOf(machineKey).bytesMax !== undefined;
    return isOwn ? machineOfListing(machineKey) : '';
  }

  #limitOf(machineKey: string): number | undefined {
    return this.#options.policyOf(machineKey).bytesMax ?? this.#options.sharedBytesMax;
  }

  #shareOf(bytesMax: number | undefined): number {
    return bytesMax === undefined ? Number.POSITIVE_INFINITY : bytesMax / this.#options.partitionCount;
  }
}

function recordOf({ key, bytes, count, firstMs, lastMs }: LedgerRow): RecordCommit {
  return { key, value: packRecord({ bytes, count, firstMs, lastMs }) };
}
