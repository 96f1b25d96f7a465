/**
 * One life of the simulated process, from its start to its crash. Everything it does to the world goes through
 * `reach`, and may be its last: what it tries after its crash reaches nobody.
 */
export class ProcessLife {
  readonly number: number;
  /** Resolves at the crash. */
  readonly ended: Promise<void>;
  #alive = true;
  #callsLeft: number;
  readonly #crashed: (why: string) => void;
  #end: () => void = () => undefined;

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

  /** It calls the world. @returns whether the call arrives. */
  reach(call: string): boolean {
    if (this.#alive && this.#callsLeft-- <= 0) this.crash(`at ${call}`);
    return this.#alive;
  }

  crash(why: string): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#end();
    this.#crashed(why);
  }
}
