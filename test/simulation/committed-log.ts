import { FIELD_COUNT, isNote, KIND } from '../../core/history/event-kind.ts';
import type { LogTurn, LogValue } from '../../core/history/log-reader.ts';

/** A commit takes two seconds at most, and is waited for by the next: by then an attempt has left. */
const DISPATCH_MS_MAX = 9_000;
/** The cause of a failure for which nothing but the process's deaths is to blame. */
const GIVEN_UP = /^The process ended (\d+) times/;

/**
 * What a log says, read as it grows, entry by entry and without the interpreter's help: which attempts were scheduled
 * and which are over. Says what is wrong with the log itself: ids with gaps, a second result, a second end.
 */
export class CommittedLog {
  /** When each attempt was scheduled, in ms since the epoch. */
  readonly scheduled: Map<number, number> = new Map();
  /** Attempts that have a result, timed out or were dropped. */
  readonly over: Set<number> = new Set();
  readonly faults: string[] = [];
  /** What came with the last append: attempts of activities, attempts that succeeded, calls of functions that timed out
   * although they had the time to leave. */
  newActivityTasks: number[] = [];
  newSuccesses: number[] = [];
  newTimeouts: number[] = [];
  /** For how many deaths of the process each attempt was given up. */
  newDeaths: number[] = [];
  lastEventId = 0;
  /** What the execution began with: JSON text. */
  input: string | undefined = undefined;
  ended = false;
  /** It is the log of a branch that is an execution of its own; `released`: and nobody waits for that any more. */
  branch = false;
  released = false;
  /** When the last turn was decided. */
  lastMs = 0;
  /** Entries that follow of a branch's log. */
  #copies = 0;
  readonly #taskOfFrame: Map<number, number> = new Map();

  append(turns: readonly LogTurn[]): void {
    this.newActivityTasks = [];
    this.newSuccesses = [];
    this.newTimeouts = [];
    this.newDeaths = [];
    for (const turn of turns) {
      if (Number(turn[1]) < this.lastMs)
        this.faults.push(`a turn is ${this.lastMs - Number(turn[1])} ms before the last`);
      this.lastMs = Number(turn[1]);
      if (turn[2] === KIND.BranchStarted && this.lastEventId === 0) {
        this.branch = true;
        this.lastEventId = Number(turn[0]) - 1;
      }
      if (turn[0] !== this.lastEventId + 1)
        this.faults.push(`a turn begins at ${turn[0]} after event ${this.lastEventId}`);
      for (let at = 2; at < turn.length; at += 3 + (FIELD_COUNT[Number(turn[at])] ?? Number.NaN)) this.#entry(turn, at);
    }
  }

  #entry(turn: LogTurn, at: number): void {
    const kind = Number(turn[at]);
    const frame = Number(turn[at + 1]);
    if (this.ended && (kind !== KIND.BranchReleased || this.released))
      this.faults.push(`entry of kind ${kind} after the end`);
    if (!isNote(kind)) {
      this.lastEventId++;
      if (Number(turn[at + 2]) >= this.lastEventId)
        this.faults.push(`event ${this.lastEventId} follows ${turn[at + 2]}`);
    }
    if (!this.branch && (kind === KIND.ExecutionStarted) !== (this.lastEventId === 1))
      this.faults.push(`event ${this.lastEventId} starts`);
    if (kind === KIND.ExecutionStarted) this.input = String(turn[at + 4]);
    if (this.#copies > 0) this.#copies--;
    else if (kind === KIND.BranchTurn) this.#copies = Number(turn[at + 4]);
    else if (kind === KIND.BranchEnded) this.ended = true;
    else if (kind === KIND.BranchReleased) this.released = true;
    else if (kind > KIND.ExecutionStarted && kind <= KIND.ExecutionTimedOut) this.ended = true;
    else if (kind >= KIND.LambdaFunctionScheduled && kind <= KIND.TaskTimedOut)
      this.#task(kind, frame, turn.slice(at + 3, at + 5));
    else if (kind === KIND.ChildDropped) this.#drop(frame);
  }

  /** The three families of task events have their five kinds in the same order: scheduled, started, three ends. */
  #task(kind: number, frame: number, fields: readonly LogValue[]): void {
    const phase = (kind - KIND.LambdaFunctionScheduled) % 5;
    if (phase === 0) return this.#schedule(kind, frame, Number(fields[0]));
    if (phase === 1) return;
    const number = this.#taskOfFrame.get(frame);
    if (number === undefined)
      return void this.faults.push(`event ${this.lastEventId} ends a task that is over already`);
    if (phase === 2) this.newSuccesses.push(number);
    const deaths = GIVEN_UP.exec(String(fields[1]))?.[1];
    if (phase === 3 && deaths !== undefined) this.newDeaths.push(Number(deaths));
    const takenMs = this.lastMs - (this.scheduled.get(number) ?? 0);
    if (kind === KIND.LambdaFunctionTimedOut && takenMs > DISPATCH_MS_MAX) this.newTimeouts.push(number);
    this.#drop(frame);
  }

  #schedule(kind: number, frame: number, number: number): void {
    if (this.scheduled.has(number)) this.faults.push(`task ${number} is scheduled twice`);
    this.scheduled.set(number, this.lastMs);
    this.#taskOfFrame.set(frame, number);
    if (kind === KIND.ActivityScheduled) this.newActivityTasks.push(number);
  }

  /** Whether nothing more can come. */
  get closed(): boolean {
    return this.branch ? this.released : this.ended;
  }

  #drop(frame: number): void {
    const number = this.#taskOfFrame.get(frame);
    if (number !== undefined) this.over.add(number);
    this.#taskOfFrame.delete(frame);
  }
}
