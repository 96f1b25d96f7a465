import type { Clock } from '../ports/clock.ts';
import { type Deaths, SUSPECT_DEATHS } from './deaths.ts';

/** Suspects on trial at once, as long as none of them would be given up at its next death. */
const TRIAL_MAX = 32;
/** How long a trial lasts at most: what has not killed the process by then goes on beside the next ones. */
const TRIAL_MS = 3_000;

/** Something that was under way when the last process ended. */
export interface Inherited {
  /** Names it among all that is under way. */
  readonly name: string;
  /** Takes it up again; `over` is called when all that was being worked on has ended. */
  resume(over: () => void): Promise<void>;
  /** It was there at too many deaths of the process: it fails. */
  giveUp(deaths: number, over: () => void): Promise<void>;
}

/**
 * Brings back what was under way when the process ended, and sees to it that what kills the process does not kill it
 * for ever. Each has a count of the deaths it may be blamed for, durable before it is taken up again:
 *
 *   0, 1          → taken up at once
 *   2 … max       → a suspect: held back until the others have run alone for a while, then put on trial; alone when one
 *                   more death would be the end of it
 *   more than max → given up
 *
 * The count goes when what was being worked on has ended.
 */
export class Recovery {
  readonly #clock: Clock;
  readonly #deaths: Deaths;
  readonly #crashesMax: number;
  readonly #suspects: Suspect[] = [];
  #stopped = false;
  #endTrial: () => void = () => undefined;

  constructor(clock: Clock, deaths: Deaths, crashesMax: number) {
    this.#clock = clock;
    this.#deaths = deaths;
    this.#crashesMax = crashesMax;
  }

  /** Takes up what is left, page by page. @returns how much that was. Suspects are still to be tried. */
  async takeUp(pages: AsyncIterable<readonly Inherited[]>): Promise<number> {
    let count = 0;
    for await (const page of pages) {
      const deaths = await this.#deaths.count(page.map(({ name }) => name));
      await Promise.all(page.map((one, i) => this.#take(one, deaths[i] ?? 0)));
      count += page.length;
    }
    return count;
  }

  /** Tries the suspects, those with the fewest deaths first. Ends early when it is stopped. */
  async tryOut(): Promise<void> {
    this.#deaths.forgetOthers();
    const suspects = this.#suspects.sort((a, b) => a.deaths - b.deaths);
    if (suspects.length > 0) await this.#try([]);
    while (suspects.length > 0 && !this.#stopped) await this.#try(suspects.splice(0, this.#trialSize(suspects)));
    if (!this.#stopped) await this.#deaths.endTrials();
  }

  /** Whether something is not taken up yet. */
  get holdsBack(): boolean {
    return this.#suspects.length > 0;
  }

  stop(): void {
    this.#stopped = true;
    this.#endTrial();
  }

  #take(one: Inherited, deaths: number): Promise<void> {
    if (deaths > this.#crashesMax) return one.giveUp(deaths, () => this.#deaths.forget(one.name));
    if (deaths < SUSPECT_DEATHS) return this.#resume(one);
    this.#suspects.push({ one, deaths });
    return Promise.resolve();
  }

  #resume(one: Inherited, over: () => void = () => undefined): Promise<void> {
    return one.resume(() => {
      this.#deaths.forget(one.name);
      over();
    });
  }

  #trialSize(suspects: readonly Suspect[]): number {
    const lastChances = suspects.findIndex(({ deaths }) => deaths >= this.#crashesMax);
    if (lastChances === 0) return 1;
    return Math.min(TRIAL_MAX, lastChances === -1 ? suspects.length : lastChances);
  }

  /** Nobody on trial: those that are no suspects run alone. A trial's time begins when all have been taken up. */
  async #try(suspects: readonly Suspect[]): Promise<void> {
    await this.#deaths.putOnTrial(suspects.map(({ one }) => one.name));
    const taken: Promise<void>[] = [];
    const ends = suspects.map(({ one }) => new Promise<void>((over) => taken.push(this.#resume(one, over))));
    await Promise.all(taken);
    await this.#lapse(ends.length === 0 ? undefined : Promise.all(ends));
  }

  /** Resolves when the time of a trial is over, or when `end` says so. */
  async #lapse(end: Promise<unknown> | undefined): Promise<void> {
    if (this.#stopped) return;
    const time = new Promise<void>((resolve) => {
      const cancel = this.#clock.at(this.#clock.now() + TRIAL_MS, resolve);
      this.#endTrial = () => {
        cancel();
        resolve();
      };
    });
    try {
      await (end === undefined ? time : Promise.race([end, time]));
    } finally {
      this.#endTrial();
    }
  }
}

interface Suspect {
  readonly one: Inherited;
  readonly deaths: number;
}
