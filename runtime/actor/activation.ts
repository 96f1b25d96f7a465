import type { Execution } from '../../core/interpreter/execution.ts';
import type { LogValue } from '../../core/history/log-reader.ts';
import type { ExecutionCommit, ExecutionEntry } from '../ports/store.ts';
import { packTurn } from '../stores/record-codec.ts';

/** A chunk of a log is put whole by stores that cannot append: past this size the next turn begins a new one. */
const CHUNK_BYTES_MAX = 8_192;

/**
 * One execution resident in this process: its state, the messages that wait while it is loaded, and what its turns
 * have decided since the last commit.
 */
export class Activation {
  readonly key: string;
  /** Undefined while it is loaded. */
  execution: Execution | undefined = undefined;
  /** What came while it was loaded, oldest first. */
  readonly waiting: Waiting[] = [];
  /** Deaths of the process that it may have had a part in, since it last made progress. */
  deaths = 0;
  /** It has been gathered for the next commit. */
  gathered = false;
  /** What the store holds of it, as of the last commit that was sent. */
  #entry: ExecutionEntry | undefined = undefined;
  #wakeMs: number | undefined = undefined;
  #chunk = 0;
  #tail: Uint8Array | undefined = undefined;
  /** Turns since the last commit: those of one millisecond are one turn of the log. */
  #turns: LogValue[][] = [];
  #turnMs = 0;

  constructor(key: string) {
    this.key = key;
  }

  /** It has been loaded: the next commit goes on where the store stands. */
  resume(stored: StoredState): void {
    this.#entry = stored.entry;
    this.#wakeMs = stored.wakeMs;
    this.#chunk = stored.chunks - 1;
    this.#tail = stored.tail;
  }

  /** Whether turns wait for a commit. */
  get dirty(): boolean {
    return this.#turns.length > 0;
  }

  get wakeMs(): number | undefined {
    return this.#wakeMs;
  }

  /** Where a turn at this time records its events. */
  openTurn(nowMs: number): LogValue[] {
    const open = this.#turns.at(-1);
    if (open !== undefined && this.#turnMs === nowMs) return open;
    const turn: LogValue[] = [];
    this.#turns.push(turn);
    this.#turnMs = nowMs;
    return turn;
  }

  /** Hands over what has gathered. `wakeAfter` and `entryAfter`: how the store shall find the execution afterwards. */
  takeCommit(wakeAfter: number | undefined, entryAfter: ExecutionEntry): ExecutionCommit {
    const packed = this.#turns.map(packTurn);
    const appended = packed.length === 1 && packed[0] !== undefined ? packed[0] : Buffer.concat(packed);
    this.#turns = [];
    if (this.#tail !== undefined && this.#tail.length + appended.length > CHUNK_BYTES_MAX) {
      this.#chunk++;
      this.#tail = undefined;
    }
    const commit = {
      key: this.key,
      log: { chunk: this.#chunk, before: this.#tail, appended },
      wakeBefore: this.#wakeMs,
      wakeAfter,
      entryBefore: this.#entry,
      entryAfter: sameEntry(this.#entry, entryAfter) ?? entryAfter,
    };
    this.#tail = this.#tail === undefined ? appended : Buffer.concat([this.#tail, appended]);
    this.#wakeMs = wakeAfter;
    this.#entry = commit.entryAfter;
    return commit;
  }
}

/** Who waits for the execution to be loaded; undefined: it is over, or there is none. */
export interface Waiting {
  readonly use: (execution: Execution | undefined) => void;
  readonly refused: ((error: Error) => void) | undefined;
}

/** What the store holds of an execution that is loaded. */
export interface StoredState {
  readonly entry: ExecutionEntry;
  readonly wakeMs: number | undefined;
  readonly chunks: number;
  readonly tail: Uint8Array;
}

/** The entry there was, where nothing about it changes: the store then leaves its index alone. */
function sameEntry(before: ExecutionEntry | undefined, after: ExecutionEntry): ExecutionEntry | undefined {
  return before !== undefined && before.status === after.status && before.stopMs === after.stopMs ? before : undefined;
}
