import type { App } from '../../app.ts';
import type { HistoryEvent } from '../../core/history/history-event.ts';

export type Summary = NonNullable<Awaited<ReturnType<App['engine']['describeExecution']>>>;

/**
 * Tells each event of a Standard execution in order, from its first, as they become durable. `ended` resolves when the
 * execution is over and all has been told. Reads the history whenever it has grown, at most half of the time.
 */
export class FollowExecution {
  readonly ended: Promise<Summary>;
  readonly #engine: App['engine'];
  readonly #executionArn: string;
  readonly #tell: (event: HistoryEvent) => void;
  readonly #unsubscribe: () => void;
  #settle: { resolve(summary: Summary): void; reject(error: unknown): void } = { resolve() {}, reject() {} };
  #told = 0;
  #reading = false;
  #grown = false;

  constructor(engine: App['engine'], executionArn: string, tell: (event: HistoryEvent) => void) {
    this.#engine = engine;
    this.#executionArn = executionArn;
    this.#tell = tell;
    this.ended = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#unsubscribe = engine.subscribe((progress) => {
      if (progress.executionArn === executionArn) this.look();
    });
  }

  /** Reads what there is: once after the start, and whenever something became durable. */
  look(): void {
    this.#grown = true;
    if (!this.#reading) void this.#read();
  }

  async #read(): Promise<void> {
    this.#reading = true;
    try {
      while (this.#grown) {
        this.#grown = false;
        const beganMs = performance.now();
        if (await this.#tellNew()) return;
        await new Promise((resolve) => setTimeout(resolve, performance.now() - beganMs));
      }
    } catch (error) {
      this.#unsubscribe();
      this.#settle.reject(error);
    }
    this.#reading = false;
  }

  /** @returns whether the execution is over. */
  async #tellNew(): Promise<boolean> {
    const events = (await this.#engine.history(this.#executionArn, true)) ?? [];
    for (const event of events.slice(this.#told)) this.#tell(event);
    this.#told = events.length;
    const last = events.at(-1)?.type ?? '';
    if (!last.startsWith('Execution') || last === 'ExecutionStarted') return false;
    const summary = await this.#engine.describeExecution(this.#executionArn);
    if (summary === undefined) return false;
    this.#unsubscribe();
    this.#settle.resolve(summary);
    return true;
  }
}
