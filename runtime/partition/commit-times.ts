/** Commits that the figures are of: the last ones. */
const WINDOW = 256;

/** How commits went, in milliseconds, from when one was sent until it was durable. */
export interface CommitFigures {
  /** By this owner. */
  readonly commits: number;
  /** Undefined: there has been none. */
  readonly medianMs: number | undefined;
  readonly p99Ms: number | undefined;
}

/** How long the last commits of a partition took: one number kept for each, and sorted only for whoever asks. */
export class CommitTimes {
  readonly #window = new Float64Array(WINDOW);
  #commits = 0;

  add(ms: number): void {
    this.#window[this.#commits++ % WINDOW] = ms;
  }

  figures(): CommitFigures {
    const known = this.#window.slice(0, Math.min(this.#commits, WINDOW)).sort();
    const quantile = (q: number): number | undefined => known[Math.min(known.length - 1, Math.floor(known.length * q))];
    return { commits: this.#commits, medianMs: quantile(0.5), p99Ms: quantile(0.99) };
  }
}
