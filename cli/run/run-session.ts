import type { App } from '../../app.ts';
import type { HistoryEvent } from '../../core/history/history-event.ts';
import { CliError, EXIT_FAILED } from '../cli-error.ts';
import type { DefinitionFile } from '../definition-file.ts';
import { FollowExecution, type Summary } from '../live/follow-execution.ts';
import type { LiveView } from '../live/live-view.ts';
import { openApp } from '../open-app.ts';
import { colorsOf, duration, note, printJsonText } from '../output.ts';
import { guardProcess } from '../process-guard.ts';
import { describeWorkerEvent } from '../worker-notes.ts';
import { captureOutput } from './captured-output.ts';
import { printRunJson } from './run-json.ts';

export interface RunSessionOptions {
  readonly file: DefinitionFile;
  readonly functionsDir: string | undefined;
  readonly isolate: boolean;
  /** Print one JSON object instead of the output. */
  readonly json: boolean;
  /** Undefined: show nothing. */
  readonly view: LiveView | undefined;
}

/** What interrupted processes exit with: 128 and the number of SIGINT. */
const EXIT_INTERRUPTED = 130;

/** One `redstep run`: an app on a data directory, what is shown of it, and how it ends. */
export class RunSession {
  readonly file: DefinitionFile;
  readonly #options: RunSessionOptions;
  readonly #events: HistoryEvent[] = [];
  readonly #captured: readonly (() => void)[];
  #app: App | undefined;

  constructor(options: RunSessionOptions) {
    this.#options = options;
    this.file = options.file;
    const { stdout, stderr } = process;
    const drawn = options.view !== undefined && stderr.isTTY === true;
    this.#captured = (drawn ? [stdout, stderr] : [stdout]).map((stream) =>
      captureOutput(stream, (text) => this.log(text)),
    );
    guardProcess(options.functionsDir, (text) => this.log(text));
  }

  /** Opens a data directory; undefined: in memory. @throws {CliError} another process has it, or it cannot be written. */
  async open(dataDir: string | undefined): Promise<App> {
    const { functionsDir, isolate, view } = this.#options;
    const app = await openApp(
      { dataDir, functionsDir, isolate },
      {
        log: (level, text) => level !== 'info' && this.log(`${level}: ${text}`),
        worker: (event) =>
          view !== undefined && this.log(`  ${colorsOf(process.stderr).yellow('!')} ${describeWorkerEvent(event)}`),
      },
    );
    this.#app = app;
    return app;
  }

  log(text: string): void {
    const { view } = this.#options;
    if (view === undefined) process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
    else view.log(text);
  }

  /** Shows a Standard execution until its end. `interrupted`: what to do about a run that was. */
  async follow(app: App, executionArn: string, advice: string): Promise<Summary> {
    const follow = new FollowExecution(app.engine, executionArn, (event) => this.tell(event));
    follow.look();
    return Promise.race([follow.ended, lost(app), this.#interrupted(advice)]);
  }

  tell(event: HistoryEvent): void {
    if (this.#options.json) this.#events.push(event);
    this.#options.view?.event(event);
  }

  /** Prints what came out and sets the exit code. */
  conclude(summary: Summary): void {
    this.#release();
    process.exitCode = summary.status === 'SUCCEEDED' ? 0 : EXIT_FAILED;
    if (this.#options.json) return printRunJson(summary, this.#events);
    if (this.#options.view !== undefined) note(verdict(summary));
    if (summary.status === 'SUCCEEDED') printJsonText(summary.output ?? 'null');
    else if (this.#options.view === undefined) note(verdict(summary));
  }

  async close(): Promise<void> {
    this.#release();
    await this.#app?.stop();
  }

  /** The last picture stands, and the streams are their own again. */
  #release(): void {
    this.#options.view?.close();
    for (const release of this.#captured) release();
  }

  #interrupted(advice: string): Promise<never> {
    return new Promise((_, reject) => {
      const interrupt = (): void => reject(new CliError('interrupted', advice, EXIT_INTERRUPTED));
      process.once('SIGINT', interrupt);
      process.once('SIGTERM', interrupt);
    });
  }
}

async function lost(app: App): Promise<never> {
  const reason = await app.failed;
  throw new CliError(
    `the store failed: ${reason.message}`,
    'What was durable is kept: --resume goes on with it.',
    EXIT_FAILED,
  );
}

function verdict({ status, startMs, stopMs, error, cause }: Summary): string {
  const colors = colorsOf(process.stderr);
  const paint = status === 'SUCCEEDED' ? colors.green : colors.red;
  const took = colors.dim(`in ${duration((stopMs ?? startMs) - startMs)}`);
  const reason = [error, cause].filter((part) => part !== undefined && part !== '').join(': ');
  return `${paint(colors.bold(status))} ${took}${reason === '' ? '' : `\n${reason}`}`;
}
