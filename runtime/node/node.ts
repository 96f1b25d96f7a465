import { assert } from '../../core/assert.ts';
import type { ExecutionEnvelope } from '../partition/mailbox-message.ts';
import { MailboxWriter } from '../partition/mailbox-writer.ts';
import { OwnLease } from '../partition/own-lease.ts';
import { OwnedPartition, type OwnedPartitionParts, type PartitionFigures } from '../partition/owned-partition.ts';
import { partitionOf, REGISTRY_PARTITION } from '../partition/placement.ts';
import type { Mailboxes } from '../ports/mailboxes.ts';
import type { Membership, NodeRecord } from '../ports/membership.ts';
import { NotOwner } from '../ports/not-owner.ts';
import { Fenced, type HeldLease, StoreUnavailable } from '../ports/store.ts';
import { RECORD_VERSION } from '../stores/record-codec.ts';
import { MembershipLoop } from './membership-loop.ts';
import { Owners } from './owners.ts';
import type { StoreClock } from './store-clock.ts';

/** What a node needs that shares its store with others. */
export interface ClusterOptions {
  readonly membership: Membership;
  readonly mailboxes: Mailboxes;
  /** How long a lease lasts after it was last prolonged: what a dead node owned stands still for so long. Milliseconds. */
  readonly leaseTermMs: number;
}

export interface NodeParts
  extends Omit<OwnedPartitionParts, 'mailboxes' | 'writer' | 'post' | 'nodeId' | 'nobodyDied' | 'lost'> {
  /** Undefined: the store is this process's alone. */
  readonly cluster?: ClusterOptions | undefined;
  /** Of Redstep. */
  readonly version: string;
  readonly storeClock: StoreClock;
  /** The store fails, and nobody else can go on with it: the process should end. */
  readonly fatal: (error: Error) => void;
}

/** This process, as the owner of partitions: of all where the store is its own, else of its share. */
export class Node {
  readonly id: string;
  readonly #parts: NodeParts;
  readonly #owned: Map<number, OwnedPartition> = new Map();
  readonly #owners: Owners;
  readonly #startedMs: number;
  readonly #writer: MailboxWriter | undefined;
  /** Epochs in which this process has lost partitions. */
  readonly #lostEpochs: Map<number, number> = new Map();
  #loop: MembershipLoop | undefined = undefined;
  /** What `any` chooses from. */
  #list: readonly OwnedPartition[] = [];
  #turn = 0;
  #turning = false;

  constructor(parts: NodeParts) {
    this.#parts = parts;
    this.id = parts.random.uuid();
    this.#owners = new Owners(parts.store, parts.clock, () => this.members);
    this.#startedMs = parts.clock.now();
    this.#writer = parts.cluster && new MailboxWriter(parts.cluster.mailboxes, parts.clock);
  }

  /** Takes over a store that belongs to this process. */
  async ownStore(): Promise<void> {
    const lease = await OwnLease.ofOwnStore(this.#parts.store, this.#parts.clock, this.id);
    assert(lease !== undefined, 'an embedded store belongs to whoever has opened it');
    await this.#own(lease);
  }

  /** Becomes a node among others, who reach its API at `address`: `http://HOST:PORT`. Takes its share of the partitions. */
  async join(address: string): Promise<void> {
    const { cluster, storeClock, clock } = this.#parts;
    assert(cluster !== undefined, 'a store of its own is shared with nobody');
    const { membership, leaseTermMs: termMs } = cluster;
    this.#loop = new MembershipLoop({
      ...this.#parts,
      membership,
      clock,
      node: this.#record(address),
      termMs,
      owned: this.#owned,
      open: (lease) => this.#own(lease),
      handOver: (partition) => this.#handOver(partition),
      storeTimeIs: (...seen) => storeClock.storeTimeIs(...seen),
    });
    await this.#loop.start();
  }

  async #own(lease: OwnLease): Promise<void> {
    const { machines, cluster } = this.#parts;
    const { partition, epoch } = lease.lease;
    const own: OwnedPartition = new OwnedPartition(
      {
        ...this.#parts,
        mailboxes: cluster?.mailboxes,
        writer: this.#writer,
        post: (envelope) => this.#post(envelope),
        nodeId: this.id,
        nobodyDied: this.#lostEpochs.get(partition) === epoch - 1,
        lost: (error) => this.#lost(own, error),
      },
      lease,
    );
    if (own.number === REGISTRY_PARTITION) await machines.own(own.writeNewRecords, () => lease.trusted);
    this.#owned.set(own.number, own);
    this.#list = [...this.#owned.values()];
    own.start();
  }

  /** To a partition of this node directly, else, or where that is given up meanwhile, through the mailbox. */
  async #post(envelope: ExecutionEnvelope): Promise<void> {
    const partition = partitionOf(envelope.executionKey, this.#parts.store.partitionCount);
    try {
      await this.at(partition).take(envelope);
    } catch (error) {
      if (!(error instanceof NotOwner)) throw error;
      await this.#writer?.post(partition, envelope);
    }
  }

  /** Alone, nothing can go on; among others, another takes the partition over, or this node does again. */
  #lost(own: OwnedPartition, error: Error): void {
    const { cluster, fatal, log } = this.#parts;
    if (cluster === undefined) return fatal(error);
    log('warn', `partition ${own.number} is lost: ${error.message}`);
    this.#lostEpochs.set(own.number, own.lease.lease.epoch);
    if (this.#owned.get(own.number) === own) this.#disown(own.number);
    // After anything else the same may come again: then the lease's term is the pause before the next attempt.
    if (error instanceof StoreUnavailable || error instanceof Fenced) this.#loop?.giveUp(own.lease);
  }

  #disown(partition: number): void {
    this.#owned.delete(partition);
    this.#list = [...this.#owned.values()];
    if (partition === REGISTRY_PARTITION) this.#parts.machines.disown();
  }

  async #handOver(partition: number): Promise<void> {
    const own = this.#owned.get(partition);
    this.#disown(partition);
    await own?.handOver();
  }

  /** Decides nothing any more: other nodes take its partitions. What its workers do goes on, and its results reach them. */
  async handOver(): Promise<void> {
    if (this.#loop !== undefined) return this.#loop.drain();
    await Promise.all([...this.#owned.keys()].map((partition) => this.#handOver(partition)));
  }

  /** Resolves when the results of what went on here after a hand-over are with the next owners. */
  async resultsSent(): Promise<void> {
    await this.#writer?.written();
  }

  /** Is no member any more: others do again what its workers have not ended. Call `handOver` first. */
  async leave(): Promise<void> {
    this.#writer?.stop();
    await this.#loop?.leave();
  }

  /** Whether others may own what this node does not. */
  get shared(): boolean {
    return this.#parts.cluster !== undefined;
  }

  /** Whether somebody will own what this node does not: itself, unless it drains, or another. */
  get hasSuccessor(): boolean {
    if (this.#loop === undefined) return false;
    return !this.#loop.draining || this.members.some(({ id, draining }) => !draining && id !== this.id);
  }

  /** @throws {NotOwner} it is another's, or may be: what is in memory may be old. */
  at(partition: number): OwnedPartition {
    const own = this.#owned.get(partition);
    if (own?.lease.trusted !== true) throw new NotOwner(partition);
    return own;
  }

  get ownsAny(): boolean {
    return this.#owned.size > 0;
  }

  /**
   * A partition of this node's. What asks within one turn of the event loop gets the same, for one commit to carry it;
   * the next turn gets the next. @throws {NotOwner}
   */
  any(): OwnedPartition {
    if (!this.#turning) {
      this.#turning = true;
      this.#parts.clock.soon(() => {
        this.#turning = false;
        this.#turn++;
      });
    }
    return this.#list[this.#turn % this.#list.length] ?? this.at(REGISTRY_PARTITION);
  }

  get owned(): Iterable<OwnedPartition> {
    return this.#owned.values();
  }

  /** Resolves when everything that was under way on the partitions owned now has been taken up again. */
  get recovered(): Promise<void> {
    return Promise.all([...this.#owned.values()].map((own) => own.recovered)).then(() => undefined);
  }

  /** All that share the store, as they were last seen; alone, this node, with an empty address. */
  get members(): readonly NodeRecord[] {
    const { cluster } = this.#parts;
    if (cluster !== undefined) return this.#loop?.nodes ?? [];
    return [{ ...this.#record(''), draining: !this.ownsAny }];
  }

  #record(address: string): Omit<NodeRecord, 'draining'> {
    const { version } = this.#parts;
    return { id: this.id, address, startedMs: this.#startedMs, version, format: RECORD_VERSION };
  }

  get partitionCount(): number {
    return this.#parts.store.partitionCount;
  }

  /** How the partitions get on that are this node's. */
  get figures(): readonly PartitionFigures[] {
    return [...this.#owned.values()].map((own) => own.figures);
  }

  /** Who owns which partition, as the store has it; alone, this node owns them. */
  async leases(): Promise<readonly HeldLease[]> {
    if (this.shared) return this.#owners.leases();
    return this.figures.map(({ partition, epoch }) => ({ partition, epoch, nodeId: this.id }));
  }

  /** Where the owner of a partition answers; undefined: this node is it, or there is none just now. */
  async addressOfOwner(partition: number): Promise<string | undefined> {
    return this.#owned.has(partition) ? undefined : this.#owners.addressOf(partition, this.id);
  }

  /** Whether it owns something, or knows who does, and is not about to stop. */
  get ready(): boolean {
    if (this.#parts.cluster === undefined) return this.ownsAny;
    return this.#loop !== undefined && !this.#loop.draining && this.members.length > 0;
  }
}
