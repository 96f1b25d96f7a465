import { setTimeout as delay } from 'node:timers/promises';

/** A task that kills its worker mostly does so at once. As long as suspects are tried for in runtime/partition. */
const TRIAL_MS = 3_000;

/**
 * Attempts whose next lost worker is the last begin one after another: each runs alone, or for three seconds, before the
 * next one does. So that what has killed the worker is not the neighbour of what is blamed for it.
 */
export class LastChances {
  #line: Promise<unknown> = Promise.resolve();

  /** `survived`: it has run for so long, and goes on beside the next one. */
  run<Result>(work: () => Promise<Result>, survived: () => void): Promise<Result> {
    const result = this.#line.then(work);
    this.#line = this.#line.then(() => tried(result, survived));
    return result;
  }
}

async function tried(result: Promise<unknown>, survived: () => void): Promise<void> {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  result.then(end, end);
  await delay(TRIAL_MS, undefined, { signal: ended.signal }).then(survived, () => undefined);
}
