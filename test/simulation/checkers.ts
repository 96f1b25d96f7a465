import type { HistoryEvent } from '../../core/history/history-event.ts';
import { parseTaskToken } from '../../core/interpreter/task-token.ts';
import { executionArnOf, executionKeyOf } from '../../runtime/actor/execution-key.ts';
import type { TokenAnswer } from '../../runtime/engine.ts';
import type { ExecutionSummary } from '../../runtime/ports/execution-summary.ts';
import type { StartAnswer } from '../../runtime/ports/start-request.ts';
import type { ExecutionCommit } from '../../runtime/ports/store.ts';
import { unpackTurns } from '../../runtime/stores/record-codec.ts';
import { CommittedLog } from './committed-log.ts';

/** A death is not counted where the next owner dies, or loses the partition, before it has done so: not for ever. */
const DEATHS_MAX_FACTOR = 4;

/** Watches all that leaves the process, and compares it with what has been committed. */
export class Checkers {
  /** What is not as it must be, oldest first. */
  readonly violations: string[] = [];
  readonly logs: Map<string, CommittedLog> = new Map();
  /** When Standard executions began whose start was answered, by ARN. */
  readonly #accepted: Map<string, number> = new Map();
  readonly acceptedExpress: Set<string> = new Set();
  /** The life in which each attempt was last dispatched. */
  readonly #dispatches: Map<string, number> = new Map();
  /** How often each attempt has ended the process. */
  readonly #deaths: Map<string, number> = new Map();
  /** Attempts that somebody has answered. */
  readonly #answered: Set<string> = new Set();
  readonly #expressEnded: Set<string> = new Set();
  readonly #turnsFailed: Set<string> = new Set();
  readonly #shown: Map<string, readonly string[]> = new Map();
  /** Executions that were deleted, by key: how often. */
  readonly #removals: Map<string, number> = new Map();

  claim(holds: boolean, text: string): void {
    if (!holds) this.violations.push(text);
  }

  /**
   * An execution's turns have been written. `life`: the one that runs, if it has taken up all that was under way.
   *
   * @returns its log.
   */
  committed(commit: ExecutionCommit, life: number | undefined): CommittedLog {
    const { key, entryAfter, wakeAfter } = commit;
    const { appended } = commit.log;
    const log = this.logs.get(key) ?? new CommittedLog();
    this.logs.set(key, log);
    if (appended.length > 0) log.append(unpackTurns([appended]));
    for (const fault of log.faults.splice(0)) this.claim(false, `${key}: ${fault}`);
    this.claim(log.ended === (entryAfter.status !== 'RUNNING'), `${key}: the listing shows ${entryAfter.status}`);
    this.claim(!log.closed || wakeAfter === undefined, `${key}: is over and wants to be woken`);
    for (const number of log.newSuccesses) {
      this.claim(this.#answered.has(`${key}#${number}`), `${key}: task ${number} has a result that nobody gave`);
    }
    for (const number of life === undefined ? [] : log.newTimeouts) {
      const dispatched = this.#dispatches.get(`${key}#${number}`) === life;
      this.claim(dispatched, `${key}: task ${number} timed out, and was not dispatched in this life`);
    }
    return log;
  }

  /** An execution was deleted: it was over. Another may have its name from now on. */
  removed(key: string): void {
    const log = this.logs.get(key);
    this.claim(log?.ended === true && log.closed, `${key}: deleted, and is not over`);
    this.#removals.set(key, this.removals(key) + 1);
    this.logs.delete(key);
    this.#accepted.delete(executionArnOf(key));
    this.#shown.delete(executionArnOf(key));
    for (const name of this.#dispatches.keys()) if (name.startsWith(`${key}#`)) this.#dispatches.delete(name);
  }

  /** How often an execution of this key was deleted: what was read before tells nothing of the next one. */
  removals(key: string): number {
    return this.#removals.get(key) ?? 0;
  }

  /** Somebody answers an attempt: a function, or who has its token. */
  answered(token: string): void {
    this.#answered.add(this.#attempt(token).name);
  }

  /** Whether an attempt has its end in the log. */
  isOver(token: string): boolean {
    const { key, number } = this.#attempt(token);
    return this.isTaskOver(key, number);
  }

  isTaskOver(key: string, number: number): boolean {
    const log = this.logs.get(key);
    return this.removals(key) > 0 || (log !== undefined && (log.ended || log.over.has(number)));
  }

  /** The last function of an Express execution has been called. */
  expressEnded(arn: string): void {
    this.#expressEnded.add(arn);
  }

  /** A turn has thrown, as the process has logged it: the end of an Express execution. */
  turnFailed(key: string): void {
    this.#turnsFailed.add(key);
  }

  /** Whether a turn of this execution has thrown. */
  hasFailedTurn(key: string): boolean {
    return this.#turnsFailed.has(key);
  }

  /** A synchronous Express start was answered. */
  syncExpressEnded({ executionArn: arn, status, error }: ExecutionSummary): void {
    const asItIs = this.#turnsFailed.has(arn)
      ? status === 'FAILED' && error === 'States.Runtime'
      : this.#expressEnded.has(arn) && (status === 'SUCCEEDED' || (status === 'FAILED' && error !== 'States.Runtime'));
    this.claim(asItIs, `${arn}: answered as ${status} ${error}`);
  }

  /** An attempt leaves: its scheduling must have been committed, and one life, or one epoch, sends each attempt once. */
  dispatched(token: string, life: number): void {
    const { name, number, log, express } = this.#attempt(token);
    this.claim(express || log?.scheduled.has(number) === true, `${name} left before its commit`);
    this.claim(this.#dispatches.get(name) !== life, `${name} left twice in one life`);
    this.#dispatches.set(name, life);
  }

  /** An attempt has ended the process. */
  killed(token: string, crashesMax: number): void {
    const { name } = this.#attempt(token);
    const deaths = (this.#deaths.get(name) ?? 0) + 1;
    this.#deaths.set(name, deaths);
    this.claim(deaths <= DEATHS_MAX_FACTOR * (crashesMax + 2), `${name}: has ended the process ${deaths} times`);
  }

  cancelled(token: string): void {
    const { number, log, express, isRemoved } = this.#attempt(token);
    if (express || isRemoved) return;
    this.claim(
      log !== undefined && (log.ended || log.over.has(number)),
      `task ${number} was cancelled before its end was committed`,
    );
  }

  /** Somebody was told what became of his answer to a token. */
  tokenAnswered(token: string, answer: TokenAnswer): void {
    this.claim(
      answer !== 'invalid token' && this.isOver(token),
      `'${answer}' was told of a task that is not over: ${token}`,
    );
  }

  /** A Standard start was answered. */
  started(arn: string, input: string, answer: StartAnswer): void {
    if (this.removals(executionKeyOf(arn)) > 0) return; // it may be the one that has gone
    const log = this.logs.get(executionKeyOf(arn));
    const accepted = this.#accepted.get(arn);
    this.claim(log !== undefined, `${arn}: answered before it was committed`);
    if (answer.type === 'AlreadyExists') {
      const exists = log?.ended === true || log?.input !== input;
      this.claim(exists, `${arn}: said to exist already, while it runs with this input`);
      return;
    }
    this.claim(log?.input === input, `${arn}: started with another input`);
    this.claim(accepted === undefined || accepted === answer.startMs, `${arn}: started a second time`);
    this.#accepted.set(arn, answer.startMs);
  }

  stopped(arn: string): void {
    const isOver = this.removals(executionKeyOf(arn)) > 0 || this.logs.get(executionKeyOf(arn))?.ended === true;
    this.claim(isOver, `${arn}: said to be stopped, and is not`);
  }

  /** What was shown once stays; nothing is shown that is not committed. */
  showed(arn: string, history: readonly HistoryEvent[] | undefined): void {
    const log = this.logs.get(executionKeyOf(arn));
    const events = (history ?? []).map((event) => JSON.stringify(event));
    const before = this.#shown.get(arn) ?? [];
    const same = before.every((event, i) => event === events[i]);
    this.claim(same, `${arn}: its history has changed from\n${before.join('\n')}\nto\n${events.join('\n')}`);
    this.claim(
      events.length <= (log?.lastEventId ?? 0),
      `${arn}: showed ${events.length} of ${log?.lastEventId} events`,
    );
    this.#shown.set(arn, events);
  }

  /** All is over: what was accepted is there, and has ended. Express executions that were given up are dead letters. */
  finished(deadLetters: ReadonlySet<string>): void {
    for (const arn of this.#accepted.keys()) {
      this.claim(this.logs.get(executionKeyOf(arn))?.ended === true, `${arn}: accepted, and lost`);
    }
    for (const arn of this.acceptedExpress) {
      const over = this.#expressEnded.has(arn) || this.#turnsFailed.has(arn) || deadLetters.has(arn);
      this.claim(over, `${arn}: accepted, and never run to its end`);
    }
  }

  /** Executions that have not ended. */
  get running(): string[] {
    return [...this.logs].flatMap(([key, log]) => (log.closed ? [] : [executionArnOf(key)]));
  }

  #attempt(token: string): Attempt {
    const parts = parseTaskToken(token);
    const arn = parts?.executionArn ?? '';
    const number = parts?.taskNumber ?? 0;
    const key = executionKeyOf(arn);
    const isRemoved = this.removals(key) > 0;
    const express = arn.includes(':express:');
    return { key, name: `${key}#${number}`, number, log: this.logs.get(key), express, isRemoved };
  }
}

/** What a token names. */
interface Attempt {
  readonly key: string;
  readonly name: string;
  readonly number: number;
  readonly log: CommittedLog | undefined;
  readonly express: boolean;
  /** An execution of its key was deleted: perhaps it is of that one. */
  readonly isRemoved: boolean;
}
