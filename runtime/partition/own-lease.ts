import type { Clock } from '../ports/clock.ts';
import type { Lease, LeaseRequest, Store } from '../ports/store.ts';
import { type LeaseTerm, leaseTerm } from './lease-term.ts';

/** A lease this node holds, for as long as it may trust it. */
export class OwnLease {
  readonly lease: Lease;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #termMs: number;
  #term: LeaseTerm;
  #renewal: Promise<boolean> | undefined;

  private constructor(store: Store, clock: Clock, lease: Lease, termMs: number, term: LeaseTerm) {
    this.#store = store;
    this.#clock = clock;
    this.lease = lease;
    this.#termMs = termMs;
    this.#term = term;
  }

  /** @returns undefined: another holds the partition. */
  static async acquire(store: Store, clock: Clock, request: LeaseRequest): Promise<OwnLease | undefined> {
    const term = leaseTerm(clock.elapsed(), request.termMs);
    const lease = await store.acquireLease(request);
    return lease && new OwnLease(store, clock, lease, request.termMs, term);
  }

  /** The lease of a store that belongs to this process alone: it never ends. */
  static async ofOwnStore(store: Store, clock: Clock, holder: string): Promise<OwnLease | undefined> {
    const lease = await store.acquireLease({ partition: 0, holder, nodeId: holder, termMs: 0 });
    return lease && new OwnLease(store, clock, lease, 0, leaseTerm(0, Number.POSITIVE_INFINITY));
  }

  /** Whether nobody else can have it yet. */
  get trusted(): boolean {
    return this.#clock.elapsed() < this.#term.trustedUntil;
  }

  get wantsRenewal(): boolean {
    return this.#clock.elapsed() >= this.#term.renewAt;
  }

  /**
   * Prolongs it, also when its term is over and nobody has taken it.
   *
   * @returns false: it is another's.
   * @throws what the store throws when it cannot be asked.
   */
  renew(): Promise<boolean> {
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  /**
   * Whether nobody else can have it, once more and from now on: the store is asked until it answers within the term that
   * it grants. An answer that comes later, to a process that was frozen meanwhile, says nothing.
   *
   * @throws what the store throws when it cannot be asked.
   */
  async confirm(): Promise<boolean> {
    while (!this.trusted) if (!(await this.renew())) return false;
    return true;
  }

  async #renew(): Promise<boolean> {
    const term = leaseTerm(this.#clock.elapsed(), this.#termMs);
    const held = await this.#store.renewLease(this.lease, this.#termMs);
    if (held) this.#term = term;
    return held;
  }

  release(): Promise<void> {
    return this.#store.releaseLease(this.lease);
  }
}
