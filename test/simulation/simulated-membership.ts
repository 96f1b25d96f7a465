import type { Members, Membership, NodeRecord } from '../../runtime/ports/membership.ts';
import type { StoreLink } from './store-link.ts';

/** Membership as one life of a node sees it. `seen` is told what others are told of who lives. */
export class SimulatedMembership implements Membership {
  readonly #shared: Membership;
  readonly #link: StoreLink;
  readonly #seen: (nodes: readonly NodeRecord[]) => void;

  constructor(shared: Membership, link: StoreLink, seen: (nodes: readonly NodeRecord[]) => void) {
    this.#shared = shared;
    this.#link = link;
    this.#seen = seen;
  }

  heartbeat(node: NodeRecord, termMs: number): Promise<Members> {
    return this.#link.change('heartbeat', async () => {
      const members = await this.#shared.heartbeat(node, termMs);
      this.#seen(members.nodes);
      return members;
    });
  }

  leave(nodeId: string): Promise<void> {
    return this.#link.change('leave', () => this.#shared.leave(nodeId));
  }
}
