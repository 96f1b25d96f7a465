interface Asked<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** Gathers what is asked for within one turn of the event loop, to do it at once. */
export class TickBatch<Item, Answer> {
  readonly #run: (items: readonly Item[]) => Promise<readonly Answer[]>;
  #asked: Asked<Item, Answer>[] = [];

  /** `run` answers each item, in order; where it throws, all are refused. */
  constructor(run: (items: readonly Item[]) => Promise<readonly Answer[]>) {
    this.#run = run;
  }

  add(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      // Immediates run after all that has arrived on the sockets so far.
      if (this.#asked.length === 0) setImmediate(() => this.#flush());
      this.#asked.push({ item, resolve, reject });
    });
  }

  #flush(): void {
    const asked = this.#asked;
    this.#asked = [];
    this.#run(asked.map(({ item }) => item)).then(
      (answers) => {
        for (const [i, { resolve }] of asked.entries()) resolve(answers[i] as Answer); // as many answers as items
      },
      (error) => {
        for (const { reject } of asked) reject(error);
      },
    );
  }
}
