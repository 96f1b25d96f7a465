import type { App } from '../../app.ts';
import { executionName, stateMachineName } from '../../core/arn.ts';
import type { HistoryEvent } from '../../core/history/history-event.ts';
import { ExecutionTree } from '../live/execution-tree.ts';
import { FollowExecution, type Summary } from '../live/follow-execution.ts';
import { changeLine } from '../live/tree-lines.ts';
import { colorsOf, duration, note } from '../output.ts';

/** Executions told state by state at a time: of more, only starts and ends are told. */
const FOLLOWED_MAX = 20;

/** Tells on standard error how all executions of an app get on, from now on. */
export class ExecutionLog {
  readonly #app: App;
  readonly #unsubscribe: () => void;
  readonly #known: Set<string> = new Set();
  readonly #sinceMs: number = Date.now();
  #followed = 0;

  constructor(app: App) {
    this.#app = app;
    this.#unsubscribe = app.engine.subscribe(({ executionArn, status }) => {
      if (!this.#known.has(executionArn)) this.#begin(executionArn);
      if (status !== 'RUNNING') this.#known.delete(executionArn);
    });
  }

  stop(): void {
    this.#unsubscribe();
  }

  #begin(executionArn: string): void {
    this.#known.add(executionArn);
    const label = `${stateMachineName(executionArn)} ${executionName(executionArn).slice(0, 8)}`;
    const colors = colorsOf(process.stderr);
    const inDetail = this.#followed < FOLLOWED_MAX;
    const tree = new ExecutionTree();
    const tell = (event: HistoryEvent): void => {
      const change = tree.apply(event);
      if (event.timestampMs < this.#sinceMs) return;
      if (event.type === 'ExecutionStarted') note(`${colors.dim(label)}  started`);
      const line = inDetail && change !== undefined ? changeLine(change, colors) : undefined;
      if (line !== undefined) note(`${colors.dim(label)}${line}`);
    };
    this.#followed++;
    const follow = new FollowExecution(this.#app.engine, executionArn, tell);
    follow.ended
      .then(
        (summary) => note(`${colors.dim(label)}  ${ending(summary)}`),
        () => undefined, // the store failed: that is told elsewhere
      )
      .finally(() => this.#followed--);
    follow.look();
  }
}

function ending({ status, startMs, stopMs, error, cause }: Summary): string {
  const colors = colorsOf(process.stderr);
  const paint = status === 'SUCCEEDED' ? colors.green : colors.red;
  const reason = [error, cause].filter((part) => part !== undefined && part !== '').join(': ');
  return `${paint(status)} in ${duration((stopMs ?? startMs) - startMs)}${reason === '' ? '' : `  ${reason}`}`;
}
