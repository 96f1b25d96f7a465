import type { ExecutionEntry, Lease, LogAppend } from '../../ports/store.ts';
import type { CommitChanges } from './commit-codec.ts';

/** What became of an execution since the commits before these. */
export interface PendingExecution {
  readonly entryBefore: ExecutionEntry | undefined;
  readonly wakeBefore: number | undefined;
  entryAfter: ExecutionEntry;
  wakeAfter: number | undefined;
  /** In order of the log. At least one. */
  readonly pieces: LogAppend[];
}

/** Commits of one lease, one after the other, folded into what they change. */
export class PendingCommits {
  /** In order of their first commit here. */
  readonly executions: Map<string, PendingExecution> = new Map();
  /** undefined: removed. */
  readonly records: Map<string, Uint8Array | undefined> = new Map();
  #lease: Lease | undefined;

  /** As the last commit left it; undefined: there is none. */
  get lease(): Lease | undefined {
    return this.#lease;
  }

  add({ executions, records }: CommitChanges, lease: Lease): void {
    for (const { key, log, wakeBefore, wakeAfter, entryBefore, entryAfter } of executions) {
      const pending = this.executions.get(key);
      if (pending === undefined) {
        this.executions.set(key, { entryBefore, wakeBefore, entryAfter, wakeAfter, pieces: [log] });
      } else {
        pending.entryAfter = entryAfter;
        pending.wakeAfter = wakeAfter;
        pending.pieces.push(log);
      }
    }
    for (const { key, value } of records) this.records.set(key, value);
    this.#lease = lease;
  }
}
