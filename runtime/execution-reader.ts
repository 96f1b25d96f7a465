import { type HistoryEvent, readHistory } from '../core/history/history-event.ts';
import { type Beginning, type End, readBeginning, readEnd } from '../core/history/log-ends.ts';
import type { Execution } from '../core/interpreter/execution.ts';
import { isBranchKey } from './actor/execution-key.ts';
import type { ExecutionSummary } from './ports/execution-summary.ts';
import type { Store } from './ports/store.ts';
import { unpackTurns } from './stores/record-codec.ts';

/** Reads executions as they are committed: answers never show what is not durable. Branches are shown by their roots. */
export class ExecutionReader {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Undefined: there is no such execution. */
  async history(executionKey: string, includeData: boolean): Promise<HistoryEvent[] | undefined> {
    const chunks = isBranchKey(executionKey) ? undefined : await this.#store.readLog(executionKey);
    return chunks === undefined ? undefined : readHistory(unpackTurns(chunks), includeData);
  }

  /** Reads the two ends of the log, and all of it only for an output that stands earlier in it. */
  async summary(executionKey: string): Promise<ExecutionSummary | undefined> {
    const ends = isBranchKey(executionKey) ? undefined : await this.#store.readLogEnds(executionKey);
    if (ends === undefined) return undefined;
    const beginning = readBeginning(unpackTurns([ends.first])[0] ?? []);
    const end = readEnd(unpackTurns([ends.last]).at(-1) ?? []);
    if (end === undefined || !end.outputIsEarlier) return summarize(beginning, end);
    const history = await this.history(executionKey, true);
    if (history === undefined) return undefined; // it has gone meanwhile
    const output = history.at(-1)?.details?.output;
    return summarize(beginning, { ...end, output: typeof output === 'string' ? output : undefined });
  }
}

/** An Express execution tells in memory what a Standard one tells in its log. */
export function summarizeExecution({ facts, input, startMs, end }: Execution): ExecutionSummary {
  const ended = end && { ...end, output: end.output?.text };
  return summarize({ facts, input: input.text, startMs }, ended);
}

function summarize(
  { facts, input, startMs }: Beginning,
  end: Omit<End, 'outputIsEarlier'> | undefined,
): ExecutionSummary {
  return {
    executionArn: facts.executionArn,
    stateMachineArn: facts.stateMachineArn,
    stateMachineVersionArn: facts.stateMachineVersionArn ?? undefined,
    stateMachineAliasArn: facts.stateMachineAliasArn ?? undefined,
    revisionId: facts.revisionId,
    roleArn: facts.roleArn,
    traceHeader: facts.traceHeader ?? undefined,
    status: end?.status ?? 'RUNNING',
    startMs,
    stopMs: end?.atMs,
    input,
    output: end?.output,
    error: end?.error,
    cause: end?.cause,
  };
}
