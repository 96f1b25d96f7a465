import type { Members, Membership, NodeRecord } from '../../ports/membership.ts';

/** The reference: the nodes of one process, for tests and the simulator. */
export class MemoryMembership implements Membership {
  readonly #now: () => number;
  readonly #nodes = new Map<string, { readonly node: NodeRecord; readonly untilMs: number }>();

  /** `now`: the store's clock. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  async heartbeat(node: NodeRecord, termMs: number): Promise<Members> {
    const storeMs = this.#now();
    this.#nodes.set(node.id, { node, untilMs: storeMs + termMs });
    for (const [id, { untilMs }] of this.#nodes) if (untilMs <= storeMs) this.#nodes.delete(id);
    return { nodes: [...this.#nodes.values()].map((member) => member.node), storeMs };
  }

  async leave(nodeId: string): Promise<void> {
    this.#nodes.delete(nodeId);
  }
}
