/** The nodes that share a store. Times are by the store's clock, in milliseconds since the epoch. */
export interface Membership {
  /** Says that this node lives, for `termMs` from now. @returns the members that live, this one among them. */
  heartbeat(node: NodeRecord, termMs: number): Promise<Members>;
  /** This node is no member any more. */
  leave(nodeId: string): Promise<void>;
}

export interface Members {
  readonly nodes: readonly NodeRecord[];
  /** The store's time when they were read. */
  readonly storeMs: number;
}

export interface NodeRecord {
  /** Random: another one at each start of the process. */
  readonly id: string;
  /** Where the other nodes reach its API: `http://HOST:PORT`. */
  readonly address: string;
  /** It hands over what it owns, and takes nothing new. */
  readonly draining: boolean;
  readonly startedMs: number;
  /** Version of Redstep, and the highest format of stored records that it reads. */
  readonly version: string;
  readonly format: number;
}
