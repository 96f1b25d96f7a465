import type { Engine } from '../runtime/engine.ts';

/** How long another node may take to say how its partitions get on. */
const ANSWER_MS_MAX = 500;

/** A node as `GET /redstep/nodes` shows it. */
export interface NodeView {
  readonly id: string;
  /** `http://HOST:PORT`; null: it is alone, and where it was asked. */
  readonly address: string | null;
  readonly state: 'ready' | 'draining';
  readonly version: string;
  readonly startedMs: number;
}

/** A partition as `GET /redstep/partitions` shows it. Times in milliseconds; null: not known, or there is none. */
export interface PartitionView {
  readonly partition: number;
  /** Id of its node; null: nobody owns it just now. */
  readonly owner: string | null;
  readonly epoch: number | null;
  /** Undefined: its owner does not say. */
  readonly figures?: PartitionFiguresView | undefined;
}

export interface PartitionFiguresView {
  readonly mailboxDepth: number;
  readonly oldestMessageAgeMs: number | null;
  /** Executions and records that wait for the next commit. */
  readonly waiting: number;
  /** Executions in memory. */
  readonly resident: number;
  readonly commits: number;
  readonly commitMedianMs: number | null;
  readonly commitP99Ms: number | null;
}

type OwnFigures = { readonly [partition: string]: PartitionFiguresView };

export function nodesView({ node }: Engine): readonly NodeView[] {
  return node.members.map(({ id, address, draining, version, startedMs }) => {
    return { id, address: address || null, state: draining ? 'draining' : 'ready', version, startedMs };
  });
}

/** All partitions, with what each owner says of its own. */
export async function partitionsView(engine: Engine): Promise<readonly PartitionView[]> {
  const { node } = engine;
  const others = node.members.filter(({ id }) => id !== node.id);
  const [leases, ...figures] = await Promise.all([node.leases(), ...others.map(({ address }) => figuresAt(address))]);
  const known: OwnFigures = Object.assign({}, ...figures, ownFigures(engine));
  return Array.from({ length: node.partitionCount }, (_, partition) => {
    const lease = leases.find((held) => held.partition === partition);
    if (lease === undefined) return { partition, owner: null, epoch: null };
    return { partition, owner: lease.nodeId, epoch: lease.epoch, figures: known[partition] };
  });
}

/** `GET /redstep/partitions/own`: of the node that is asked alone. */
export function ownFigures(engine: Engine): OwnFigures {
  return Object.fromEntries(
    engine.node.figures.map(
      ({ partition, oldestMessageMs, medianMs, p99Ms, mailboxDepth, waiting, resident, commits }) => {
        const view: PartitionFiguresView = {
          mailboxDepth,
          oldestMessageAgeMs: oldestMessageMs === undefined ? null : Math.max(0, engine.now() - oldestMessageMs),
          waiting,
          resident,
          commits,
          commitMedianMs: medianMs ?? null,
          commitP99Ms: p99Ms ?? null,
        };
        return [partition, view];
      },
    ),
  );
}

/** Empty: the node does not answer. */
async function figuresAt(address: string): Promise<OwnFigures> {
  try {
    const response = await fetch(`${address}/redstep/partitions/own`, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    return (await response.json()) as OwnFigures; // from a node of ours
  } catch {
    return {};
  }
}
