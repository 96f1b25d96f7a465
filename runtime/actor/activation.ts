import { assert } from '../../core/assert.ts';
import type { LogTurn, LogValue } from '../../core/history/log-reader.ts';
import type { BranchStart } from '../../core/interpreter/branch.ts';
import type { BranchOutbox } from '../../core/interpreter/branch-outbox.ts';
import type { Effect } from '../../core/interpreter/effects.ts';
import { type Execution, type Frame, isWorkedOn } from '../../core/interpreter/execution.ts';
import type { Waiter } from '../partition/group-commit.ts';
import type { ExecutionCommit, ExecutionEntry, RecordCommit } from '../ports/store.ts';
import { packTurn } from '../stores/record-codec.ts';
import { keptReleases } from './kept-release.ts';
import { entryOf, type StoredState, wakeMsOf } from './stored-state.ts';

/** Past this size the next turn begins a new chunk of the log. */
const CHUNK_BYTES_MAX = 16_384;

/**
 * One execution resident in this process: its state, the messages that wait while it is loaded, and what its turns
 * have decided since the last commit.
 *
 *   Loading ──► Ready ⇄ gathered ──► taken (a commit carries it) ──► settled
 */
export class Activation {
  readonly key: string;
  /** Names the listing of its state machine. */
  readonly machineKey: string;
  /** Undefined while it is loaded. */
  execution: Execution | undefined = undefined;
  /** What came while it was loaded, oldest first. */
  readonly waiting: Waiting[] = [];
  /** Its turns wait to be taken into a commit. */
  gathered = false;
  /** What the turns since the last commit ask for, once they are durable. */
  readonly effects: Effect[] = [];
  readonly waiters: Waiter[] = [];
  /** It was begun by this process. */
  begun = false;
  /** It is to be begun as a branch where the store does not have it. */
  start: BranchStart | undefined = undefined;
  /** It is a branch: what its root may not have. */
  outbox: BranchOutbox | undefined = undefined;
  /** Why it cannot be loaded: it is left alone, until another owner tries. */
  unreadable: Error | undefined = undefined;
  /** It has been loaded only to fail. */
  failing = false;
  /** Called when none of `inheritedAttempts` is left, with the turn that ended the last. */
  survived: (() => void) | undefined = undefined;
  /** Turns since the last commit: those of one millisecond are one turn of the log. */
  #turns: LogValue[][] = [];
  /** The time it has last asked to be woken at, in this process. */
  timerMs: number | undefined = undefined;
  /** That time is near, and its timer set. */
  timerIsSet = true;
  /** Commits that carry it and are not settled yet. */
  #underWay = 0;
  /** What the store holds of it once the last commit taken is durable. */
  #entry: ExecutionEntry | undefined = undefined;
  #wakeMs: number | undefined = undefined;
  #chunk = 0;
  #chunkBytes = 0;
  #logBytes = 0;
  #lastTurnMs = 0;
  /** Attempts up to this number were dispatched before it was loaded. */
  #inheritedTasks = 0;

  constructor(key: string, machineKey: string) {
    this.key = key;
    this.machineKey = machineKey;
  }

  /** It has been loaded: the next commit goes on where the store stands. */
  resume(execution: Execution, stored: StoredState): void {
    this.execution = execution;
    this.#inheritedTasks = execution.lastTaskNumber;
    this.#entry = stored.entry;
    this.#wakeMs = stored.wakeMs;
    this.#chunk = stored.chunk;
    this.#chunkBytes = stored.chunkBytes;
    this.#logBytes = stored.logBytes;
    this.#lastTurnMs = stored.lastTurnMs;
  }

  /** The time of a turn that is decided now: not before the last one, which a node whose clock was ahead may have decided. */
  timeOfTurn(nowMs: number): number {
    this.#lastTurnMs = Math.max(this.#lastTurnMs, nowMs);
    return this.#lastTurnMs;
  }

  /** Where a turn at this time records its events. */
  openTurn(nowMs: number): LogValue[] {
    const open = this.#turns.at(-1);
    if (open?.[1] === nowMs) return open;
    const turn: LogValue[] = [];
    this.#turns.push(turn);
    return turn;
  }

  /** Ends a turn: one that recorded nothing leaves no trace. @returns whether anything waits to be taken. */
  closeTurn(): boolean {
    const HEADER_LENGTH = 2;
    if (this.#turns.at(-1)?.length === HEADER_LENGTH) this.#turns.pop();
    return this.#turns.length > 0 || this.effects.length > 0;
  }

  /** Whether all that it has decided is durable and settled. */
  get settled(): boolean {
    return !this.gathered && this.#underWay === 0;
  }

  /** Whether the store would not wake it at its time: it is to stay in memory. */
  get active(): boolean {
    return this.#wakeMs === 0;
  }

  /** Whether it can leave memory: all is durable, and the store wakes it when its time or a message comes. */
  get idle(): boolean {
    return this.settled && !this.active;
  }

  /** Hands over what has gathered, for a commit. */
  take(): TakenTurns {
    const { execution } = this;
    assert(execution !== undefined, 'an activation is loaded before it has turns');
    const turns = this.#turns;
    const appended = pack(turns);
    this.#turns = [];
    const effects = this.effects.splice(0);
    const grows = this.#chunkBytes > 0 && appended.length > 0;
    if (grows && this.#chunkBytes + appended.length > CHUNK_BYTES_MAX) {
      this.#chunk++;
      this.#chunkBytes = 0;
    }
    const entryBefore = this.#entry;
    const wakeAfter = wakeMsOf(execution);
    const entryAfter = entryOf(this.key, this.machineKey, execution, entryBefore);
    const commit: ExecutionCommit = {
      key: this.key,
      log: { chunk: this.#chunk, offset: this.#chunkBytes, appended },
      wakeBefore: this.#wakeMs,
      wakeAfter,
      entryBefore,
      entryAfter,
    };
    this.#chunkBytes += appended.length;
    this.#logBytes += appended.length;
    this.#wakeMs = wakeAfter;
    this.#entry = entryAfter;
    this.gathered = false;
    this.#underWay++;
    return {
      activation: this,
      commit,
      logBytes: this.#logBytes,
      lastEventId: execution.lastEventId,
      turns,
      records: keptReleases(execution, effects),
      effects,
      waiters: this.waiters.splice(0),
    };
  }

  /** A commit that carried it is durable. */
  settle(): void {
    this.#underWay--;
  }

  /** Attempts that are being worked on. */
  *attempts(): Iterable<readonly [executionKey: string, taskNumber: number]> {
    if (!this.active) return;
    for (const [taskNumber, frame] of this.execution?.tasks ?? []) if (isWorkedOn(frame)) yield [this.key, taskNumber];
  }

  /** Attempts that were being worked on when it was loaded, and still are. */
  inheritedAttempts(): [taskNumber: number, frame: Frame][] {
    return [...(this.execution?.tasks ?? [])].filter(
      ([taskNumber, frame]) => taskNumber <= this.#inheritedTasks && isWorkedOn(frame),
    );
  }

  /** A turn has thrown: neither what it left in memory nor what else waits to be taken is to be used. */
  drop(error: Error): void {
    this.execution = undefined;
    this.gathered = false;
    this.#turns = [];
    this.effects.length = 0;
    this.refuse(error);
  }

  /** Who waits for it to be loaded waits no longer. */
  turnAway(error: Error): void {
    for (const { refused } of this.waiting.splice(0)) refused?.(error);
  }

  /** What had gathered will not be written. Nobody waits any longer. */
  refuse(error: Error): void {
    this.turnAway(error);
    for (const { refused } of this.waiters.splice(0)) refused(error);
  }
}

function pack([only, ...more]: readonly LogTurn[]): Uint8Array {
  if (only === undefined) return new Uint8Array();
  return more.length === 0 ? packTurn(only) : Buffer.concat([only, ...more].map(packTurn));
}

/** What one commit carries of one execution. */
export interface TakenTurns {
  readonly activation: Activation;
  readonly commit: ExecutionCommit;
  /** The length of its log after that. */
  readonly logBytes: number;
  /** The last event that the commit carries. */
  readonly lastEventId: number;
  readonly turns: readonly LogTurn[];
  /** Records that go with the turns. */
  readonly records: readonly RecordCommit[];
  readonly effects: readonly Effect[];
  readonly waiters: readonly Waiter[];
}

/** Who waits for the execution to be loaded; undefined: it is over, or there is none. */
export interface Waiting {
  readonly use: (execution: Execution | undefined) => void;
  readonly refused: ((error: Error) => void) | undefined;
}
