import type { Clock } from '../ports/clock.ts';
import type { Store, WakeUp } from '../ports/store.ts';
import { type Timer, TimerQueue } from './timer-queue.ts';

/** Wake-ups held in memory at most; the rest stays in the store until its time comes near. */
const WINDOW_TIMERS_MAX = 10_000;
/** Executions woken in a row: then the calls and results that have come meanwhile get their turn. */
const WAKES_AT_ONCE_MAX = 256;
/** How far ahead the window looks. */
const WINDOW_MS = 60_000;

/**
 * Wakes executions at their time. The store keeps every wake-up; in memory is the next window of them, so that a
 * million waiting executions cost memory in the store only. Woken twice, an execution sees that nothing is due.
 */
export class TimerService {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #partition: number;
  readonly #wake: (timer: Timer) => void;
  readonly #resident: () => Iterable<Timer>;
  readonly #failed: (error: unknown) => void;
  readonly #queue = new TimerQueue();
  /** Wake-ups up to here are in memory. */
  #windowEndMs = 0;
  #last: WakeUp | undefined = undefined;
  #loading = false;
  #stopped = false;
  #cancel: () => void = () => undefined;
  #armedForMs = Number.POSITIVE_INFINITY;

  /** `resident`: timers of executions in memory that the store does not know. */
  constructor(
    store: Store,
    clock: Clock,
    partition: number,
    wake: (timer: Timer) => void,
    resident: () => Iterable<Timer>,
    failed: (error: unknown) => void,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#partition = partition;
    this.#wake = wake;
    this.#resident = resident;
    this.#failed = failed;
  }

  /** Loads the first window, overdue wake-ups included. */
  async start(): Promise<void> {
    await this.#loadWindow();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  /**
   * An execution wants to be woken. Beyond the window it is found, in the store or memory, when its time comes near.
   *
   * @returns false: it is beyond the window. Ask again with the commit that leaves it to the store: the window may move
   * meanwhile, and look at neither.
   */
  set(atMs: number, executionKey: string): boolean {
    if (atMs > this.#windowEndMs) return false;
    this.#queue.push({ atMs, executionKey });
    if (atMs < this.#armedForMs) this.#arm();
    return true;
  }

  #arm(): void {
    this.#cancel();
    if (this.#stopped) return;
    this.#armedForMs = Math.min(this.#queue.peek()?.atMs ?? Number.POSITIVE_INFINITY, this.#windowEndMs);
    this.#cancel = this.#clock.at(this.#armedForMs, () => this.#fire());
  }

  #fire(): void {
    if (this.#stopped) return;
    const nowMs = this.#clock.now();
    let woken = 0;
    for (let timer = this.#queue.popDue(nowMs); timer !== undefined; timer = this.#queue.popDue(nowMs)) {
      this.#wake(timer);
      if (++woken === WAKES_AT_ONCE_MAX) return this.#clock.soon(() => this.#fire());
    }
    if (nowMs < this.#windowEndMs || this.#loading) return this.#arm();
    this.#loadWindow().catch((error) => {
      if (!this.#stopped) this.#failed(error);
    });
  }

  async #loadWindow(): Promise<void> {
    this.#loading = true;
    const untilMs = this.#clock.now() + WINDOW_MS;
    // What is set while the store is read enters the queue through `set`, perhaps twice: waking twice is harmless.
    const fromMs = this.#windowEndMs;
    this.#windowEndMs = untilMs;
    const after = this.#last ?? { atMs: fromMs, executionKey: LAST_ACTIVE };
    const wakeUps = await this.#store.readWakeUps({
      partition: this.#partition,
      untilMs,
      limit: WINDOW_TIMERS_MAX,
      after,
    });
    if (wakeUps.length === WINDOW_TIMERS_MAX) {
      this.#last = wakeUps[wakeUps.length - 1];
      this.#windowEndMs = this.#last?.atMs ?? untilMs;
    } else this.#last = undefined;
    for (const { atMs, executionKey } of wakeUps) this.#queue.push({ atMs, executionKey });
    for (const timer of this.#resident()) {
      if (timer.atMs > fromMs && timer.atMs <= this.#windowEndMs) this.#queue.push(timer);
    }
    this.#loading = false;
    this.#arm();
  }
}

/** Sorts behind every key of an active execution, whose wake-up is 0: recovery takes those. */
const LAST_ACTIVE = '\u{10FFFF}';
