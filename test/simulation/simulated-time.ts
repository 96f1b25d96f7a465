/** The time of a simulated world: it stands still until the simulator goes on to what happens next. */
export class SimulatedTime {
  #nowMs: number;
  #sequence = 0;
  readonly #heap: Happening[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  /** Milliseconds since the epoch, with fractions: they only put what happens in order. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** @returns how to call it off. */
  at(atMs: number, run: () => void): () => void {
    const happening: Happening = { atMs: Math.max(atMs, this.#nowMs), sequence: this.#sequence++, run };
    this.#push(happening);
    return () => {
      happening.run = undefined;
    };
  }

  after(delayMs: number, run: () => void): () => void {
    return this.at(this.#nowMs + delayMs, run);
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /** Lets the next thing happen. @returns false if nothing will. */
  advance(): boolean {
    for (let next = this.#pop(); next !== undefined; next = this.#pop()) {
      if (next.run === undefined) continue;
      this.#nowMs = next.atMs;
      next.run();
      return true;
    }
    return false;
  }

  #push(happening: Happening): void {
    const heap = this.#heap;
    let at = heap.push(happening) - 1;
    for (let parent = (at - 1) >> 1; at > 0; parent = (at - 1) >> 1) {
      const above = heap[parent];
      if (above === undefined || comesBefore(above, happening)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = happening;
  }

  #pop(): Happening | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || last === first) return first;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      const right = heap[child + 1];
      let least = heap[child];
      if (right !== undefined && least !== undefined && comesBefore(right, least)) {
        least = right;
        child++;
      }
      if (least === undefined || comesBefore(last, least)) break;
      heap[at] = least;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

interface Happening {
  readonly atMs: number;
  readonly sequence: number;
  /** Undefined: called off. */
  run: (() => void) | undefined;
}

function comesBefore(left: Happening, right: Happening): boolean {
  return left.atMs < right.atMs || (left.atMs === right.atMs && left.sequence < right.sequence);
}
