import { toError } from '../../core/to-error.ts';
import { OwnLease } from '../partition/own-lease.ts';
import type { RuntimeLog } from '../partition/partition.ts';
import type { Clock } from '../ports/clock.ts';
import type { Membership, NodeRecord } from '../ports/membership.ts';
import type { Random } from '../ports/random.ts';
import { Fenced, type Store } from '../ports/store.ts';
import { assignPartitions } from './assignment.ts';

/** Between two looks at the members, in milliseconds: half of it is what a hand-over takes on average. */
const HEARTBEAT_MS = 500;
/** While a partition that is to be ours is still another's. */
const IMPATIENT_MS = 100;

/** What the loop needs of a partition that it owns. */
export interface Owned {
  readonly lease: OwnLease;
  membersAre(nodeIds: ReadonlySet<string>): void;
  /** It is another's already. */
  lose(error: Error): void;
}

export interface MembershipLoopParts {
  readonly store: Store;
  readonly membership: Membership;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: RuntimeLog;
  readonly node: Omit<NodeRecord, 'draining'>;
  /** How long a lease, and a membership, lasts after it was last prolonged, in milliseconds. */
  readonly termMs: number;
  /** Owned partitions by number: `open` adds one, `handOver` and a loss take one out. */
  readonly owned: ReadonlyMap<number, Owned>;
  readonly open: (lease: OwnLease) => Promise<void>;
  readonly handOver: (partition: number) => Promise<void>;
  /** It was `storeMs` at the store when it was between these two times of `elapsed` here. */
  readonly storeTimeIs: (storeMs: number, askedAt: number, answeredAt: number) => void;
}

/**
 * A node among others. Every half second:
 *
 *   say that we live ──► who else does? ──► partitions that should be ours are acquired as soon as they are free,
 *                                           those that should be another's are handed over, the rest is renewed
 *
 * When the store is away nothing is decided: leases run out by themselves, and are renewed where nobody took them. What
 * was lost by that is given back as soon as the store answers, for whoever is to own it next, perhaps this node: nobody
 * waits for the end of a term whose owner has given up. The next owner's epoch fences what may still be under way.
 */
export class MembershipLoop {
  readonly #parts: MembershipLoopParts;
  readonly #leaving: Map<number, Promise<void>> = new Map();
  /** Leases of partitions that this node has given up, by partition, until the store knows. */
  readonly #givenUp: Map<number, OwnLease> = new Map();
  #nodes: readonly NodeRecord[] = [];
  #draining = false;
  #stopped = false;
  #away = false;
  #cancel: () => void = () => undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: MembershipLoopParts) {
    this.#parts = parts;
  }

  /** The members, as they were last seen. */
  get nodes(): readonly NodeRecord[] {
    return this.#nodes;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Joins, and takes its share. Resolves after the first look. */
  start(): Promise<void> {
    return this.#tick();
  }

  /**
   * Hands over all that it owns, and takes nothing more; it stays a member. First the others get to know of it: then they
   * wait for what it gives up, and take it within `IMPATIENT_MS`.
   */
  async drain(): Promise<void> {
    const { clock, node, owned } = this.#parts;
    this.#draining = true;
    await this.#turn;
    await this.#tick();
    const hasSuccessor = this.#nodes.some(({ id, draining }) => !draining && id !== node.id);
    if (owned.size > 0 && hasSuccessor && !this.#away) {
      await new Promise<void>((resolve) => clock.at(clock.now() + HEARTBEAT_MS, resolve));
    }
    for (const partition of [...owned.keys()]) void this.#handOver(partition);
    await Promise.all(this.#leaving.values());
  }

  /** What is in memory of a partition is void, though perhaps nobody has taken its lease: nobody need wait for its end. */
  giveUp(lease: OwnLease): void {
    this.#givenUp.set(lease.lease.partition, lease);
  }

  /** Is no member any more. Call `drain` first. */
  async leave(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#turn;
    await this.#parts.membership.leave(this.#parts.node.id).catch(() => undefined);
  }

  #tick(): Promise<void> {
    this.#cancel();
    this.#turn = this.#look().catch((error) => {
      if (!this.#away) this.#parts.log('warn', `the store is away: ${toError(error).message}`);
      this.#away = true;
      this.#again(HEARTBEAT_MS);
    });
    return this.#turn;
  }

  #again(afterMs: number): void {
    const { clock } = this.#parts;
    this.#cancel();
    if (!this.#stopped) this.#cancel = clock.at(clock.now() + afterMs, () => void this.#tick());
  }

  async #look(): Promise<void> {
    const { membership, store, clock, node, termMs, owned, storeTimeIs, log } = this.#parts;
    const askedAt = clock.elapsed();
    const { nodes, storeMs } = await membership.heartbeat({ ...node, draining: this.#draining }, termMs);
    storeTimeIs(storeMs, askedAt, clock.elapsed());
    if (this.#away) log('info', 'the store is back');
    this.#away = false;
    this.#nodes = nodes;
    const takers = nodes.filter(({ draining }) => !draining).map(({ id }) => id);
    const assignment = assignPartitions(store.partitionCount, takers.sort());
    const members = new Set(nodes.map(({ id }) => id));
    for (const partition of owned.values()) partition.membersAre(members);
    const acquiring: Promise<boolean>[] = [];
    const renewing: Promise<void>[] = [];
    for (const [partition, nodeId] of assignment.entries()) {
      const own = owned.get(partition);
      if (own === undefined && nodeId === node.id && !this.#stopped) {
        acquiring.push(this.#acquire(partition));
      } else if (own === undefined) renewing.push(this.#giveBack(partition));
      else if (nodeId !== node.id && !this.#draining) void this.#handOver(partition);
      else if (own.lease.wantsRenewal) renewing.push(this.#renew(own));
    }
    await Promise.allSettled([...renewing, ...acquiring]); // none is left to itself when another fails
    await Promise.all(renewing);
    const acquired = await Promise.all(acquiring);
    this.#again(acquired.includes(false) ? IMPATIENT_MS : HEARTBEAT_MS);
  }

  /** @returns false: it is still another's. */
  async #acquire(partition: number): Promise<boolean> {
    const { store, clock, random, node, termMs, open } = this.#parts;
    if (this.#leaving.has(partition)) return false;
    await this.#giveBack(partition);
    const request = { partition, holder: random.uuid(), nodeId: node.id, termMs };
    const lease = await OwnLease.acquire(store, clock, request);
    if (lease === undefined) return false;
    await open(lease);
    return true;
  }

  async #giveBack(partition: number): Promise<void> {
    const lease = this.#givenUp.get(partition);
    await lease?.release();
    if (this.#givenUp.get(partition) === lease) this.#givenUp.delete(partition);
  }

  async #renew(own: Owned): Promise<void> {
    if (!(await own.lease.renew())) own.lose(new Fenced(own.lease.lease.partition));
  }

  #handOver(partition: number): Promise<void> {
    const leaving = this.#leaving.get(partition);
    if (leaving !== undefined) return leaving;
    const over = this.#parts.handOver(partition).finally(() => this.#leaving.delete(partition));
    this.#leaving.set(partition, over);
    return over;
  }
}
