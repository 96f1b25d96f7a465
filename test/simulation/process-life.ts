import type { Dice } from './dice.ts';

/** One of the calls to the world that a life has still to make. */
export interface CallAhead {
  /** How the names of those that count begin; empty: all do. */
  readonly calls: string;
  /** How many of them come before it. */
  readonly before: number;
}

/** Calls at which ending, or standing still, matters most: what was decided has just become durable, or is about to. */
const WEIGHTY_CALLS = [
  'commit',
  'answer to commit',
  'append',
  'answer to append',
  'removal',
  'releaseLease',
  'answer to acquireLease',
  'dispatch',
] as const;

/** Any of the next calls, or a weighty one. */
export function someCall(dice: Dice): CallAhead {
  if (dice.chance(0.5)) return { calls: '', before: dice.below(dice.pick([30, 400, 2_000])) };
  return { calls: dice.pick(WEIGHTY_CALLS), before: dice.below(dice.pick([2, 10, 50])) };
}

/**
 * One life of a simulated process, from its start to its end. Everything it does to the world goes through `reach`, and
 * may be its last: what it tries after its end reaches nobody.
 *
 *   alive ⇄ frozen      what leaves it, and what comes for it, waits meanwhile: its lease may run out without its notice
 *     └───────┴──► ended
 */
export class ProcessLife {
  readonly number: number;
  /** Resolves at the end. */
  readonly ended: Promise<void>;
  #alive = true;
  #crashAt: CallAhead | undefined;
  readonly #crashed: (why: string) => void;
  #end: () => void = () => undefined;
  /** What waits while it is frozen; undefined: it is not. */
  #waiting: (() => void)[] | undefined = undefined;
  #freezeAt: CallAhead | undefined = undefined;
  #freeze: (call: string) => void = () => undefined;

  /** `crashAt`: the call at which it crashes. */
  constructor(number: number, crashAt: CallAhead | undefined, crashed: (why: string) => void) {
    this.number = number;
    this.#crashAt = crashAt;
    this.#crashed = crashed;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  get frozen(): boolean {
    return this.#waiting !== undefined;
  }

  /** `freeze` is called at this one. */
  freezeAt(call: CallAhead, freeze: (call: string) => void): void {
    this.#freezeAt = call;
    this.#freeze = freeze;
  }

  /** It calls the world. @returns whether the call arrives. */
  reach(call: string): boolean {
    if (!this.#alive) return false;
    if (isReached(this.#crashAt, call)) this.crash(`at ${call}`);
    else this.#crashAt = oneLess(this.#crashAt, call);
    if (!this.#alive) return false;
    if (isReached(this.#freezeAt, call)) {
      this.#freezeAt = undefined;
      this.#freeze(call);
    } else this.#freezeAt = oneLess(this.#freezeAt, call);
    return this.#alive;
  }

  /** Something leaves the process or comes for it: now, or when it is not frozen any more; after its end never. */
  pass(run: () => void): void {
    if (!this.#alive) return;
    if (this.#waiting === undefined) run();
    else this.#waiting.push(run);
  }

  freeze(): void {
    this.#waiting ??= [];
  }

  /** @returns what has waited, for `pass`. */
  thaw(): readonly (() => void)[] {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    return waiting;
  }

  crash(why: string): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#end();
    this.#crashed(why);
  }
}

function isReached(ahead: CallAhead | undefined, call: string): boolean {
  return ahead?.before === 0 && call.startsWith(ahead.calls);
}

function oneLess(ahead: CallAhead | undefined, call: string): CallAhead | undefined {
  return ahead !== undefined && call.startsWith(ahead.calls) ? { ...ahead, before: ahead.before - 1 } : ahead;
}
