import type { ExecutionStatus, TakenName } from '../ports/store.ts';

/**
 * What a deployment consists of, as an archive has it: nothing here depends on how many partitions there are, nor on the
 * store. Positions of members and kinds are stored: both are append-only. Times: milliseconds since the epoch.
 */
export type ArchiveItem =
  | ArchivedRecord
  | ArchivedExecution
  | ArchivedStart
  | { readonly type: 'release'; readonly branchKey: string }
  /** A name that stays taken although its execution has gone. */
  | ({ readonly type: 'name' } & TakenName)
  /** A message that nobody has taken out of a mailbox: an envelope, packed. */
  | { readonly type: 'message'; readonly bytes: Uint8Array };

/** A record that lies on the same partition under the same key wherever it is: the registry's. */
export interface ArchivedRecord {
  readonly type: 'record';
  readonly key: string;
  readonly value: Uint8Array;
}

export interface ArchivedExecution {
  readonly type: 'execution';
  readonly key: string;
  readonly status: ExecutionStatus;
  readonly startMs: number;
  readonly stopMs: number | undefined;
  /** Its log. */
  readonly chunks: readonly Uint8Array[];
  /** Deaths of processes that it may be blamed for. */
  readonly deaths: number;
}

/** An asynchronous Express start that was accepted and has not ended, or that was given up. */
export interface ArchivedStart {
  readonly type: 'start';
  /** Unique. */
  readonly name: string;
  readonly isDead: boolean;
  readonly value: Uint8Array;
  readonly deaths: number;
}
