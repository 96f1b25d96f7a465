import type { Clock } from '../ports/clock.ts';
import type { NodeRecord } from '../ports/membership.ts';
import type { HeldLease, Store } from '../ports/store.ts';

/** How old a look at the leases may be, in milliseconds: who is asked for nothing asks us to look again. */
const LOOK_MS_MAX = 100;

/** Who owns which partition, as the store has it. */
export class Owners {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #nodes: () => readonly NodeRecord[];
  #lookedAt = Number.NEGATIVE_INFINITY;
  #leases: Promise<readonly HeldLease[]> = Promise.resolve([]);

  constructor(store: Store, clock: Clock, nodes: () => readonly NodeRecord[]) {
    this.#store = store;
    this.#clock = clock;
    this.#nodes = nodes;
  }

  /** Undefined: nobody, or `nodeId` itself. */
  async addressOf(partition: number, nodeId: string): Promise<string | undefined> {
    const held = (await this.leases()).find((lease) => lease.partition === partition);
    if (held === undefined || held.nodeId === nodeId) return undefined;
    return this.#nodes().find(({ id }) => id === held.nodeId)?.address;
  }

  leases(): Promise<readonly HeldLease[]> {
    const now = this.#clock.elapsed();
    if (now - this.#lookedAt > LOOK_MS_MAX) {
      this.#lookedAt = now;
      this.#leases = this.#store.readLeases();
    }
    return this.#leases;
  }
}
