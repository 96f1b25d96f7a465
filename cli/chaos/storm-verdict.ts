import { jsonEqual } from '../../core/json.ts';
import { countsOf, type StormMachine } from './storm-machines.ts';

/** An event as GetExecutionHistory answers it. */
export interface StormEvent {
  readonly id: number;
  readonly type: string;
  readonly previousEventId: number;
  readonly stateEnteredEventDetails?: { readonly name: string };
  readonly stateExitedEventDetails?: { readonly name: string };
}

export interface StormOutcome {
  readonly machine: StormMachine;
  readonly status: string;
  /** JSON text. */
  readonly output: string | undefined;
  readonly history: readonly StormEvent[];
  /** Numbers of the attempts that had an effect, ascending. */
  readonly effects: readonly number[];
}

/** What is wrong with an execution that has ended; empty: it is whole. */
export function problemsOf({ machine, status, output, history, effects }: StormOutcome): readonly string[] {
  const { attempts, counts } = machine;
  const expected = Array.from({ length: attempts }, (_, i) => i + 1);
  const problems = [...historyProblems(history, attempts)];
  if (status !== 'SUCCEEDED') problems.push(`it is ${status}`);
  if (!jsonEqual(countsOf(JSON.parse(output ?? 'null')), counts)) problems.push(`its output is ${output}`);
  if (!jsonEqual([...effects], expected)) problems.push(`attempts with an effect: ${effects.join(' ') || 'none'}`);
  return problems;
}

function* historyProblems(history: readonly StormEvent[], attempts: number): Iterable<string> {
  const gap = history.findIndex(({ id, previousEventId }, i) => id !== i + 1 || previousEventId >= id);
  if (gap >= 0) yield `event ${gap + 1} of its history does not follow those before it`;
  if (history[0]?.type !== 'ExecutionStarted') yield 'its history does not begin with its start';
  if (history.at(-1)?.type !== 'ExecutionSucceeded') yield `its history ends with ${history.at(-1)?.type}`;
  const scheduled = count(history, /^LambdaFunctionScheduled$/);
  const started = count(history, /^LambdaFunctionStarted$/);
  const ended = count(history, /^LambdaFunction(Succeeded|Failed|TimedOut)$/);
  if (scheduled !== attempts || started !== attempts || ended !== attempts) {
    yield `${scheduled} attempts scheduled, ${started} started, ${ended} ended, of ${attempts}`;
  }
  const after = history.filter(
    ({ type, previousEventId }) =>
      PREDECESSOR[type] !== undefined && history[previousEventId - 1]?.type !== PREDECESSOR[type],
  );
  if (after.length > 0) yield `${after.map(({ id }) => id).join(' ')}: events that do not follow what they end`;
  if (!jsonEqual(names(history, 'stateEnteredEventDetails'), names(history, 'stateExitedEventDetails'))) {
    yield 'not every state that was entered was left';
  }
}

/** What AWS's history has an event follow. */
const PREDECESSOR: { readonly [type: string]: string } = {
  LambdaFunctionStarted: 'LambdaFunctionScheduled',
  LambdaFunctionSucceeded: 'LambdaFunctionStarted',
  LambdaFunctionFailed: 'LambdaFunctionStarted',
  LambdaFunctionTimedOut: 'LambdaFunctionStarted',
};

function count(history: readonly StormEvent[], type: RegExp): number {
  return history.filter((event) => type.test(event.type)).length;
}

function names(
  history: readonly StormEvent[],
  details: 'stateEnteredEventDetails' | 'stateExitedEventDetails',
): string[] {
  return history.flatMap((event) => event[details]?.name ?? []).sort();
}
