import type { ExecutionEntry, Lease, LogAppend } from '../../ports/store.ts';
import type { CommitChanges, EncodedChanges } from './commit-codec.ts';

/** Bytes appended to a log, as they stand among those of their commit. (A view of each would cost more than all else here.) */
export interface PendingPiece {
  readonly chunk: number;
  readonly offset: number;
  readonly source: Buffer;
  readonly start: number;
  readonly end: number;
}

/** What became of an execution since the commits before these. */
export interface PendingExecution {
  readonly entryBefore: ExecutionEntry | undefined;
  readonly wakeBefore: number | undefined;
  entryAfter: ExecutionEntry;
  wakeAfter: number | undefined;
  /** In order of the log. At least one. */
  readonly pieces: PendingPiece[];
}

export interface RemovedExecution {
  readonly entry: ExecutionEntry;
  readonly wakeAtMs: number | undefined;
}

/** Commits of one lease, one after the other, folded into what they change. */
export class PendingCommits {
  /** In order of their first commit here. */
  readonly executions: Map<string, PendingExecution> = new Map();
  /** Executions that go, as the commits before these left them. What `executions` has of them began later. */
  readonly removed: Map<string, RemovedExecution> = new Map();
  /** undefined: removed. */
  readonly records: Map<string, Uint8Array | undefined> = new Map();
  /** By hash, in hexadecimal: until which hour; undefined: free. */
  readonly names: Map<string, number | undefined> = new Map();
  #lease: Lease | undefined;

  /** As the last commit left it; undefined: there is none. */
  get lease(): Lease | undefined {
    return this.#lease;
  }

  /** `encoded` has the bytes of `changes`, whose own may change afterwards. */
  add(changes: CommitChanges, { bytes: source, start }: EncodedChanges, lease: Lease): void {
    const { executions, records, removed = [], names = [] } = changes;
    let position = start;
    for (const { entry } of removed) this.#remove(entry);
    for (const { hash, untilHour } of names) this.names.set(Buffer.from(hash).toString('hex'), untilHour);
    for (const { key, log, wakeBefore, wakeAfter, entryBefore, entryAfter } of executions) {
      const end = position + log.appended.length;
      const piece = { chunk: log.chunk, offset: log.offset, source, start: position, end };
      position = end;
      const pending = this.executions.get(key);
      if (pending === undefined) {
        this.executions.set(key, { entryBefore, wakeBefore, entryAfter, wakeAfter, pieces: [piece] });
      } else {
        pending.entryAfter = entryAfter;
        pending.wakeAfter = wakeAfter;
        pending.pieces.push(piece);
      }
    }
    for (const { key, value } of records) {
      const end = position + (value?.length ?? 0);
      this.records.set(key, value && source.subarray(position, end));
      position = end;
    }
    this.#lease = lease;
  }

  #remove(entry: ExecutionEntry): void {
    const { executionKey: key } = entry;
    const pending = this.executions.get(key);
    this.executions.delete(key);
    if (pending === undefined) this.removed.set(key, { entry, wakeAtMs: undefined });
    else if (pending.entryBefore !== undefined)
      this.removed.set(key, { entry: pending.entryBefore, wakeAtMs: pending.wakeBefore });
  }
}

/** The pieces of each chunk as one. */
export function joinPending(pieces: readonly PendingPiece[]): readonly LogAppend[] {
  const joined: LogAppend[] = [];
  for (let i = 0, first = pieces[0]; first !== undefined; first = pieces[i]) {
    const begin = i;
    let length = 0;
    for (let next = pieces[i]; next?.chunk === first.chunk; next = pieces[++i]) length += next.end - next.start;
    const appended = Buffer.allocUnsafe(length);
    let position = 0;
    for (const { source, start, end } of pieces.slice(begin, i))
      position += source.copy(appended, position, start, end);
    joined.push({ chunk: first.chunk, offset: first.offset, appended });
  }
  return joined;
}
