import type { Program } from '../core/definition/program.ts';
import { type HistoryEvent, readHistory } from '../core/history/history-event.ts';
import type { LogTurn } from '../core/history/log-reader.ts';
import type { Execution } from '../core/interpreter/execution.ts';
import { foldLog, readStartFacts } from '../core/interpreter/fold.ts';
import type { ProgramOf } from './partition/load.ts';
import type { ExecutionSummary } from './ports/execution-summary.ts';
import type { Store } from './ports/store.ts';
import { unpackTurns } from './stores/record-codec.ts';

/** Reads executions as they are committed: answers never show what is not durable. */
export class ExecutionReader {
  readonly #store: Store;
  readonly #programOf: ProgramOf;

  constructor(store: Store, programOf: ProgramOf) {
    this.#store = store;
    this.#programOf = programOf;
  }

  /** Undefined: there is no such execution. */
  async history(executionKey: string, includeData: boolean): Promise<HistoryEvent[] | undefined> {
    const turns = await this.#turns(executionKey);
    return turns === undefined ? undefined : readHistory(turns, includeData);
  }

  /** Undefined: there is no such execution. */
  async summary(executionKey: string): Promise<ExecutionSummary | undefined> {
    const turns = await this.#turns(executionKey);
    if (turns === undefined) return undefined;
    const program: Program = await this.#programOf(readStartFacts(turns[0] ?? []).revisionId);
    return summarize(foldLog(program, turns));
  }

  async #turns(executionKey: string): Promise<LogTurn[] | undefined> {
    const chunks = await this.#store.readLog(executionKey);
    return chunks === undefined ? undefined : unpackTurns(chunks);
  }
}

export function summarize(execution: Execution): ExecutionSummary {
  const { facts, end } = execution;
  return {
    executionArn: facts.executionArn,
    stateMachineArn: facts.stateMachineArn,
    stateMachineVersionArn: facts.stateMachineVersionArn ?? undefined,
    stateMachineAliasArn: facts.stateMachineAliasArn ?? undefined,
    revisionId: facts.revisionId,
    roleArn: facts.roleArn,
    traceHeader: facts.traceHeader ?? undefined,
    status: end?.status ?? 'RUNNING',
    startMs: execution.startMs,
    stopMs: end?.atMs,
    input: execution.input.text,
    output: end?.output?.text,
    error: end?.error,
    cause: end?.cause,
  };
}
