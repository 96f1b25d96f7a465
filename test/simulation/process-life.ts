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
  #callsLeft: number;
  readonly #crashed: (why: string) => void;
  #end: () => void = () => undefined;
  /** What waits while it is frozen; undefined: it is not. */
  #waiting: (() => void)[] | undefined = undefined;
  #freezeAtCall: FreezeAtCall | undefined = undefined;

  /** `crashAtCall`: at which of its calls to the world it crashes; Infinity: at none. */
  constructor(number: number, crashAtCall: number, crashed: (why: string) => void) {
    this.number = number;
    this.#callsLeft = crashAtCall;
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

  /** `freeze` is called at one of its next calls to the world. */
  freezeAtCall(callsLeft: number, freeze: (call: string) => void): void {
    this.#freezeAtCall = { callsLeft, freeze };
  }

  /** It calls the world. @returns whether the call arrives. */
  reach(call: string): boolean {
    if (this.#alive && this.#callsLeft-- <= 0) this.crash(`at ${call}`);
    const freezing = this.#freezeAtCall;
    if (this.#alive && freezing !== undefined && freezing.callsLeft-- <= 0) {
      this.#freezeAtCall = undefined;
      freezing.freeze(call);
    }
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

interface FreezeAtCall {
  callsLeft: number;
  readonly freeze: (call: string) => void;
}
