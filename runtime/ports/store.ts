/**
 * Where actors survive. Executions are placed on a fixed number of partitions; each is owned by one process at a time,
 * under a lease. Everything the owner decides reaches the store in numbered commits, all or nothing. Reads show
 * committed state only, and need no lease. Keys are well-formed text, in order of their UTF-8 bytes.
 *
 * Every adapter passes `test/store/store-contract.ts`.
 */
export interface Store {
  /** How many partitions there are: a power of two, fixed when the store was set up. `placement.ts` says what lies where. */
  readonly partitionCount: number;

  /**
   * Takes the lease of a partition: raises its epoch and notes the holder, so that commits of an earlier owner are
   * refused from now on. Creates the partition when it is absent.
   *
   * @returns undefined: another holder's term is not over (by the store's clock). An embedded store belongs to the
   *   process that has opened it: there the lease is always granted, and its term never ends.
   */
  acquireLease(request: LeaseRequest): Promise<Lease | undefined>;

  /** Prolongs a lease by `termMs` from now, also one whose term is over and that nobody took. @returns false: it is another's. */
  renewLease(lease: Lease, termMs: number): Promise<boolean>;

  /** Gives a lease back, so that others need not wait for the end of its term. Another's is left alone. */
  releaseLease(lease: Lease): Promise<void>;

  /** Who holds which partition: those whose term is not over. */
  readLeases(): Promise<readonly HeldLease[]>;

  /**
   * Writes the turns gathered on a partition: all of it, or none, durable when the promise resolves (as far as the
   * adapter's durability setting says). One commit of a partition is under way at a time. Its bytes must not change
   * before the promise settles.
   *
   * The store compares the lease: `commit.number` one above the stored number is applied; equal to it, from the same
   * holder, it is a retry after an unknown outcome and resolves without effect.
   *
   * @throws {Fenced} epoch, holder or number do not fit; nothing was written. The owner drops its memory and loads again.
   * @throws {StoreFull} no room; nothing was written. What starts an execution, and what `hasNewRecords` speaks of, is
   *   refused first: without those, the same commit under the same number may still be written.
   */
  commitTurns(commit: TurnCommit): Promise<void>;

  /** An execution's log: its chunks in order, each a run of packed turns. Undefined: no such execution. */
  readLog(executionKey: string): Promise<readonly Uint8Array[] | undefined>;

  /** The first and the last chunk of a log (the same one when it has one chunk). Undefined: no such execution. */
  readLogEnds(executionKey: string): Promise<LogEnds | undefined>;

  /** Executions of a state machine, newest start first (ties: greater key first), optionally of one status or partition. */
  listExecutions(query: ExecutionQuery): Promise<readonly ExecutionEntry[]>;

  /**
   * Executions whose wake-up is at or before `untilMs`, earliest first (ties by key), strictly after `after`.
   * A wake-up of 0 means: was active (tasks in flight) at its last commit.
   */
  readWakeUps(query: WakeUpQuery): Promise<readonly WakeUp[]>;

  /** One record of a partition, or undefined. */
  readRecord(partition: number, key: string): Promise<Uint8Array | undefined>;

  /** Records of a partition whose key starts with `prefix`, in ascending order of key, strictly after `after`. */
  readRecords(query: RecordQuery): Promise<readonly StoredRecord[]>;

  /**
   * Executions of a state machine on one partition that ended at `stoppedUntilMs` or before, oldest start first. Looks at
   * `limit` of those that have ended, up to those that began later than that: fewer may be found, and more behind `next`.
   */
  readEnded(query: EndedQuery): Promise<EndedPage>;

  /** Until when the name with this hash stays taken after its execution went, in hours since the epoch. Undefined: it does not. */
  readName(partition: number, hash: Uint8Array): Promise<number | undefined>;

  /** Names of a partition that stay taken, about `limit` of them, in any order: page by page each is seen that stays. */
  readNames(query: NameQuery): Promise<NamePage>;

  /** Ends after the commit under way. Idempotent. */
  close(): Promise<void>;
}

export interface LeaseRequest {
  readonly partition: number;
  /** Random: names this acquisition. */
  readonly holder: string;
  /** The node that asks: others find it by this id (see membership.ts). */
  readonly nodeId: string;
  /** How long it lasts unless it is renewed, in milliseconds. */
  readonly termMs: number;
}

export interface HeldLease {
  readonly partition: number;
  readonly epoch: number;
  readonly nodeId: string;
}

export interface Lease {
  readonly partition: number;
  readonly holder: string;
  readonly epoch: number;
  /** Number of the last commit; the next one is one above. */
  readonly commitNumber: number;
}

/** What the turns gathered on a partition changed. */
export interface TurnCommit {
  readonly partition: number;
  readonly epoch: number;
  readonly holder: string;
  readonly number: number;
  /** At most one entry for an execution. */
  readonly executions: readonly ExecutionCommit[];
  readonly records: readonly RecordCommit[];
  /** Its records begin something: like a start they are to be refused when there is no room. Default: they do not. */
  readonly hasNewRecords?: boolean;
  /** As `readEnded` gave them: their logs and their entries go. They want no wake-up, and nothing of them is in `executions`. */
  readonly removed?: readonly EndedExecution[];
  readonly names?: readonly NameCommit[];
}

export interface ExecutionCommit {
  /** Names the execution in all of the store; at most 400 bytes of UTF-8. */
  readonly key: string;
  readonly log: LogAppend;
  /** When to wake the execution, before and after this commit: ms since the epoch, 0: active, undefined: not at all. */
  readonly wakeBefore: number | undefined;
  readonly wakeAfter: number | undefined;
  /** Its entry in the listing, before and after; undefined before: it starts with this commit. Same object: unchanged. */
  readonly entryBefore: ExecutionEntry | undefined;
  readonly entryAfter: ExecutionEntry;
}

/** Bytes appended to one chunk of a log. */
export interface LogAppend {
  /** 0 for the first. A chunk above the last one starts a new one. */
  readonly chunk: number;
  /** How many bytes the chunk holds already; 0: it is new. */
  readonly offset: number;
  readonly appended: Uint8Array;
}

export interface LogEnds {
  readonly first: Uint8Array;
  readonly last: Uint8Array;
}

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';

/** Those of executions that have ended. */
export const ENDED_STATUSES: readonly ExecutionStatus[] = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];

/** What ListExecutions shows without reading a log. */
export interface ExecutionEntry {
  readonly executionKey: string;
  /** Groups the executions of a state machine. */
  readonly machineKey: string;
  readonly status: ExecutionStatus;
  /** Milliseconds since the epoch. */
  readonly startMs: number;
  readonly stopMs: number | undefined;
}

export interface ExecutionQuery {
  readonly machineKey: string;
  /** Undefined: on all partitions. */
  readonly partition?: number | undefined;
  readonly status: ExecutionStatus | undefined;
  readonly limit: number;
  /** The last entry of the page before. */
  readonly after: StartPosition | undefined;
}

/** Where an execution stands among those of its state machine. */
export interface StartPosition {
  readonly startMs: number;
  readonly executionKey: string;
}

export interface EndedQuery {
  readonly partition: number;
  readonly machineKey: string;
  /** Milliseconds since the epoch. */
  readonly stoppedUntilMs: number;
  readonly limit: number;
  readonly after: StartPosition | undefined;
}

export interface EndedPage {
  readonly executions: readonly EndedExecution[];
  /** Where the next page begins; undefined: there is none. */
  readonly next: StartPosition | undefined;
}

export interface EndedExecution {
  readonly entry: ExecutionEntry;
  /** The number of its log's last chunk. */
  readonly lastChunk: number;
}

/** A name that stays taken without an execution that has it, or does so no more. */
export interface NameCommit {
  /** 16 bytes, of an execution's key. */
  readonly hash: Uint8Array;
  /** Hours since the epoch; undefined: it is free. */
  readonly untilHour: number | undefined;
}

export interface TakenName {
  readonly hash: Uint8Array;
  readonly untilHour: number;
}

export interface NameQuery {
  readonly partition: number;
  readonly limit: number;
  /** `next` of the page before. */
  readonly after: Uint8Array | undefined;
}

export interface NamePage {
  readonly names: readonly TakenName[];
  /** Where the next page begins; undefined: there is none. */
  readonly next: Uint8Array | undefined;
}

export interface WakeUp {
  readonly atMs: number;
  readonly executionKey: string;
}

export interface WakeUpQuery {
  readonly partition: number;
  readonly untilMs: number;
  readonly limit: number;
  readonly after: WakeUp | undefined;
}

export interface RecordCommit {
  /** At most 400 bytes of UTF-8. */
  readonly key: string;
  /** undefined: removed. */
  readonly value: Uint8Array | undefined;
}

export interface StoredRecord {
  readonly key: string;
  readonly value: Uint8Array;
}

export interface RecordQuery {
  readonly partition: number;
  readonly prefix: string;
  readonly limit: number;
  readonly after: string | undefined;
}

/** The lease is another's, or writes that were acknowledged have vanished: whoever gets this owns the partition no more. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
  constructor(partition: number, options?: ErrorOptions) {
    super(`partition ${partition} has another owner, or its store lost acknowledged commits`, options);
  }
}

export class StoreInUse extends Error {
  override readonly name = 'StoreInUse';
}

export class StoreFull extends Error {
  override readonly name = 'StoreFull';
}

/** The store cannot be reached just now, or cannot answer: asking again may help. What was asked may have been done. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
