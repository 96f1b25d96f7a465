import type { Clock } from '../ports/clock.ts';

/**
 * Nodes share the store's clock: due means due by it, whichever node looks. It goes on by this machine's monotonic
 * clock from where it was last seen, and is never set back.
 */
export class StoreClock implements Clock {
  readonly #own: Clock;
  /** Of the store's time over `elapsed`. */
  #offsetMs: number;
  #latestMs = 0;

  constructor(own: Clock) {
    this.#own = own;
    this.#offsetMs = own.now() - own.elapsed();
  }

  /** It was `storeMs` at the store at a moment between these two of `elapsed`. */
  storeTimeIs(storeMs: number, askedAt: number, answeredAt: number): void {
    this.#offsetMs = storeMs - (askedAt + answeredAt) / 2;
  }

  now(): number {
    this.#latestMs = Math.max(this.#latestMs, Math.floor(this.#own.elapsed() + this.#offsetMs));
    return this.#latestMs;
  }

  elapsed(): number {
    return this.#own.elapsed();
  }

  at(atMs: number, run: () => void): () => void {
    return this.#own.at(this.#own.now() + atMs - this.now(), run);
  }

  soon(run: () => void): void {
    this.#own.soon(run);
  }
}
