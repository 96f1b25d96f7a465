import type { Clock } from '../ports/clock.ts';

/**
 * Nodes share the store's clock: due means due by it, whichever node looks. It goes on by this machine's monotonic
 * clock, is never set back, and is not ahead of the store's by more than an answer takes: an answer that comes late, to
 * a node that was frozen perhaps, says little and changes nothing.
 */
export class StoreClock implements Clock {
  readonly #own: Clock;
  /** Of the store's time over `elapsed`. */
  #offsetMs: number;
  #latestMs = 0;
  #seen = false;

  constructor(own: Clock) {
    this.#own = own;
    this.#offsetMs = own.now() - own.elapsed();
  }

  /** It was `storeMs` at the store at a moment between these two of `elapsed`. */
  storeTimeIs(storeMs: number, askedAt: number, answeredAt: number): void {
    const least = storeMs - answeredAt;
    const most = storeMs - askedAt;
    if (this.#seen && this.#offsetMs >= least && this.#offsetMs <= most) return;
    if (!this.#seen) this.#latestMs = 0; // until now it was a guess
    this.#seen = true;
    this.#offsetMs = least;
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
