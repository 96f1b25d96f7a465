import type { Clock } from '../ports/clock.ts';
import type { Membership } from '../ports/membership.ts';
import type { Random } from '../ports/random.ts';
import { Fenced, type Lease, type Store } from '../ports/store.ts';
import { RECORD_VERSION } from '../stores/record-codec.ts';

/** What a dead exporter or importer held stands still for so long, in milliseconds. */
const TERM_MS = 10_000;
const RENEW_MS = 3_000;

export interface HeldParts {
  readonly store: Store;
  /** Undefined: the store belongs to this process. */
  readonly membership: Membership | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

/** Nodes run on the deployment. */
export class DeploymentInUse extends Error {
  override readonly name = 'DeploymentInUse';
}

/**
 * The leases of all partitions of a deployment, held by this process: nobody else writes meanwhile. It is no member of
 * the nodes, and takes no messages: a node that comes waits until all is given back.
 */
export class HeldDeployment {
  readonly leases: readonly Lease[];
  readonly #parts: HeldParts;
  #cancel: () => void = () => undefined;
  #renewal: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;
  #released = false;

  private constructor(parts: HeldParts, leases: readonly Lease[]) {
    this.#parts = parts;
    this.leases = leases;
    this.#renewLater();
  }

  /** @throws {DeploymentInUse} a node lives, or a lease of one that does not is not over yet. */
  static async take(parts: HeldParts): Promise<HeldDeployment> {
    const { store, membership, clock, random } = parts;
    const nodeId = random.uuid();
    if (membership !== undefined) await assertNoNodes(membership, nodeId, clock.now());
    const leases: Lease[] = [];
    for (let partition = 0; partition < store.partitionCount; partition++) {
      const lease = await store.acquireLease({ partition, holder: random.uuid(), nodeId, termMs: TERM_MS });
      if (lease !== undefined) {
        leases.push(lease);
        continue;
      }
      const owner = (await store.readLeases()).find((held) => held.partition === partition);
      await Promise.all(leases.map((held) => store.releaseLease(held)));
      throw new DeploymentInUse(`partition ${partition} is held by node ${owner?.nodeId}`);
    }
    return new HeldDeployment(parts, leases);
  }

  /** Gives everything back. @throws {Fenced} another has taken a partition meanwhile. */
  async release(): Promise<void> {
    this.#released = true;
    this.#cancel();
    await this.#renewal;
    const failure = this.#failure;
    await Promise.allSettled(this.leases.map((lease) => this.#parts.store.releaseLease(lease)));
    if (failure !== undefined) throw failure.error;
  }

  #renewLater(): void {
    if (this.#released) return;
    const { clock } = this.#parts;
    this.#cancel = clock.at(clock.now() + RENEW_MS, () => {
      this.#renewal = this.#renew();
    });
  }

  async #renew(): Promise<void> {
    try {
      await Promise.all(this.leases.map((lease) => this.#renewOne(lease)));
      this.#renewLater();
    } catch (error) {
      this.#failure = { error };
    }
  }

  async #renewOne(lease: Lease): Promise<void> {
    if (!(await this.#parts.store.renewLease(lease, TERM_MS))) throw new Fenced(lease.partition);
  }
}

/** A look at the members needs a node that looks: its term is over at once. */
async function assertNoNodes(membership: Membership, id: string, startedMs: number): Promise<void> {
  const looking = { id, address: '', draining: true, startedMs, version: '', format: RECORD_VERSION };
  const { nodes } = await membership.heartbeat(looking, 0);
  await membership.leave(id);
  if (nodes.length === 0) return;
  const names = nodes.map((node) => `${node.id} (${node.address})`).join(', ');
  throw new DeploymentInUse(`${nodes.length === 1 ? 'a node runs' : `${nodes.length} nodes run`} on it: ${names}`);
}
