import { setTimeout as delay } from 'node:timers/promises';

/** A task that kills its worker mostly does so at once. As long as suspects are tried for in runtime/partition. */
const TRIAL_MS = 3_000;

/**
 * Attempts whose next lost worker is the last begin one after another: each runs alone, or for three seconds, before the
 * next one does. So that what has killed the worker is not the neighbour of what is blamed for it.
 */
export class LastChances {
  #line: Promise<unknown> = Promise.resolve();

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#line.then(work);
    const tried = new AbortController();
    this.#line = this.#line.then(() =>
      Promise.race([
        result.then(
          () => tried.abort(),
          () => tried.abort(),
        ),
        delay(TRIAL_MS, undefined, { signal: tried.signal }).catch(() => undefined),
      ]),
    );
    return result;
  }
}
