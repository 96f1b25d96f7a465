/** When an execution wants to be woken, by the store's clock. */
export interface Timer {
  readonly atMs: number;
  readonly executionKey: string;
}

/** Timers in memory, earliest first: a binary heap. A timer is not taken out before its time; it may then be stale. */
export class TimerQueue {
  readonly #heap: Timer[] = [];

  get size(): number {
    return this.#heap.length;
  }

  peek(): Timer | undefined {
    return this.#heap[0];
  }

  push(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#atMs(parent) <= timer.atMs) break;
      this.#move(parent, at);
      at = parent;
    }
    heap[at] = timer;
  }

  /** Takes the earliest timer if it is due. */
  popDue(nowMs: number): Timer | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.atMs > nowMs) return undefined;
    const last = this.#heap.pop();
    if (last !== undefined && last !== first) this.#sink(last);
    return first;
  }

  #sink(timer: Timer): void {
    const heap = this.#heap;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && this.#atMs(child + 1) < this.#atMs(child)) child++;
      if (this.#atMs(child) >= timer.atMs) break;
      this.#move(child, at);
      at = child;
    }
    heap[at] = timer;
  }

  #atMs(at: number): number {
    return this.#heap[at]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  #move(from: number, to: number): void {
    const timer = this.#heap[from];
    if (timer !== undefined) this.#heap[to] = timer;
  }
}
