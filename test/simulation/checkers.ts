import type { HistoryEvent } from '../../core/history/history-event.ts';
import { parseTaskToken } from '../../core/interpreter/task-token.ts';
import { executionArnOf, executionKeyOf } from '../../runtime/actor/execution-key.ts';
import type { TokenAnswer } from '../../runtime/engine.ts';
import type { StartAnswer } from '../../runtime/ports/start-request.ts';
import type { ExecutionCommit } from '../../runtime/ports/store.ts';
import type { TaskRequest } from '../../runtime/ports/task-dispatcher.ts';
import { unpackTurns } from '../../runtime/stores/record-codec.ts';
import { CommittedLog } from './committed-log.ts';

/** Watches all that leaves the process, and compares it with what has been committed. */
export class Checkers {
  /** What is not as it must be, oldest first. */
  readonly violations: string[] = [];
  readonly logs: Map<string, CommittedLog> = new Map();
  /** Starts of Standard executions that were answered, by ARN. */
  readonly accepted: Map<string, Accepted> = new Map();
  readonly acceptedExpress: Set<string> = new Set();
  readonly #dispatches: Map<string, number> = new Map();
  readonly #expressDispatched: Set<string> = new Set();
  readonly #shown: Map<string, readonly string[]> = new Map();

  claim(holds: boolean, text: string): void {
    if (!holds) this.violations.push(text);
  }

  /** An execution's turns have been written. @returns its log. */
  committed({ key, log: { appended }, entryAfter, wakeAfter }: ExecutionCommit): CommittedLog {
    const log = this.logs.get(key) ?? new CommittedLog();
    this.logs.set(key, log);
    if (appended.length > 0) log.append(unpackTurns([appended]));
    for (const fault of log.faults.splice(0)) this.claim(false, `${key}: ${fault}`);
    this.claim(log.ended === (entryAfter.status !== 'RUNNING'), `${key}: the listing shows ${entryAfter.status}`);
    this.claim(!log.ended || wakeAfter === undefined, `${key}: is over and wants to be woken`);
    return log;
  }

  /** An attempt leaves: its scheduling must have been committed, and one life sends each attempt once. */
  dispatched(task: TaskRequest, life: number): void {
    const { number, log, express } = this.#attempt(task.token);
    if (express) {
      this.#expressDispatched.add(task.executionArn);
      return;
    }
    this.claim(log?.scheduled.has(number) === true, `task ${number} of ${task.executionArn} left before its commit`);
    this.claim(
      this.#dispatches.get(task.token) !== life,
      `task ${number} of ${task.executionArn} left twice in one life`,
    );
    this.#dispatches.set(task.token, life);
  }

  cancelled(token: string): void {
    const { number, log, express } = this.#attempt(token);
    if (express) return;
    this.claim(
      log !== undefined && (log.ended || log.over.has(number)),
      `task ${number} was cancelled before its end was committed`,
    );
  }

  /** Somebody was told what became of his answer to a token. */
  tokenAnswered(token: string, answer: TokenAnswer): void {
    const { number, log } = this.#attempt(token);
    const over = log !== undefined && (log.ended || log.over.has(number));
    this.claim(
      answer !== 'invalid token' && over,
      `'${answer}' was told of task ${number}, which is not over: ${token}`,
    );
  }

  /** A Standard start was answered. */
  started(arn: string, input: string, answer: StartAnswer): void {
    const log = this.logs.get(executionKeyOf(arn));
    const accepted = this.accepted.get(arn);
    this.claim(log !== undefined, `${arn}: answered before it was committed`);
    if (answer.type === 'AlreadyExists') {
      const ended = log?.ended === true || (accepted !== undefined && accepted.input !== input);
      this.claim(ended, `${arn}: said to exist already, while it runs with this input`);
      return;
    }
    this.claim(accepted === undefined || accepted.input === input, `${arn}: started with another input`);
    this.claim(accepted === undefined || accepted.startMs === answer.startMs, `${arn}: started a second time`);
    this.accepted.set(arn, { input, startMs: answer.startMs });
  }

  stopped(arn: string): void {
    this.claim(this.logs.get(executionKeyOf(arn))?.ended === true, `${arn}: said to be stopped, and is not`);
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

  /** All is over: what was accepted is there, and has ended. */
  finished(): void {
    for (const arn of this.accepted.keys()) {
      this.claim(this.logs.get(executionKeyOf(arn))?.ended === true, `${arn}: accepted, and lost`);
    }
    for (const arn of this.acceptedExpress)
      this.claim(this.#expressDispatched.has(arn), `${arn}: accepted, and never run`);
  }

  /** Keys of executions that have not ended. */
  get running(): string[] {
    return [...this.logs].flatMap(([key, log]) => (log.ended ? [] : [executionArnOf(key)]));
  }

  #attempt(token: string): { number: number; log: CommittedLog | undefined; express: boolean } {
    const parts = parseTaskToken(token);
    const arn = parts?.executionArn ?? '';
    return {
      number: parts?.taskNumber ?? 0,
      log: this.logs.get(executionKeyOf(arn)),
      express: arn.includes(':express:'),
    };
  }
}

interface Accepted {
  readonly input: string;
  readonly startMs: number;
}
