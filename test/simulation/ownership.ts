import { executionArnOf } from '../../runtime/actor/execution-key.ts';
import { Deaths } from '../../runtime/partition/deaths.ts';
import type { NodeRecord } from '../../runtime/ports/membership.ts';
import type { Lease, TurnCommit } from '../../runtime/ports/store.ts';

/** One owner's time with a partition. */
interface Term {
  readonly epoch: number;
  readonly holder: string;
  /** It was given back, and did not just run out: handed over, or given up where the store was away. */
  released: boolean;
  /** Its owner has written its last word: it hands over. */
  stopped: boolean;
  releasedMs: number;
  commitNumber: number;
}

/** A partition that is handed over has its next owner by then, if there is a node that can be it. */
const GAP_MS_MAX = 1_000;

interface Dispatch {
  readonly epoch: number;
  readonly nodeId: string;
}

/** What the store says of who owned which partition, and whether those who did kept to it. */
export class Ownership {
  readonly #claim: (holds: boolean, text: string) => void;
  readonly #now: () => number;
  readonly #terms: Map<number, Term[]> = new Map();
  readonly #dispatches: Map<string, Dispatch> = new Map();
  /** Attempts whose result lay in the mailbox while the node lived that they were on. */
  readonly #resultsInTime: Set<string> = new Set();
  #members: ReadonlySet<string> = new Set();
  /** Nodes that somebody was told are no members any more. */
  readonly #gone: Set<string> = new Set();

  constructor(claim: (holds: boolean, text: string) => void, now: () => number) {
    this.#claim = claim;
    this.#now = now;
  }

  /** @returns whether the owner before handed it over, and not long ago. */
  leased({ partition, epoch, holder, commitNumber }: Lease): boolean {
    const terms = this.#termsOf(partition);
    const before = terms.at(-1);
    const inOrder = before === undefined || (isHandedOver(before) && this.#now() - before.releasedMs < GAP_MS_MAX);
    this.#claim(epoch === terms.length + 1, `partition ${partition} got epoch ${epoch} after ${terms.length}`);
    terms.push({ epoch, holder, released: false, stopped: false, releasedMs: 0, commitNumber });
    return inOrder;
  }

  released({ partition, epoch }: Lease): void {
    const term = this.#termsOf(partition)[epoch - 1];
    if (term === undefined) return;
    term.released = true;
    term.releasedMs = this.#now();
  }

  /** Owners that have not given it back. */
  deaths(partition: number): number {
    return this.#termsOf(partition).filter((term, i, terms) => !isHandedOver(term) && i < terms.length - 1).length;
  }

  /** Commits of two owners never interleave, and none is missing. */
  committed({ partition, epoch, holder, number, records, removed = [] }: TurnCommit): void {
    for (const { entry } of removed) this.#forget(executionArnOf(entry.executionKey));
    const term = this.#termsOf(partition).at(-1);
    const owns = term?.epoch === epoch && term.holder === holder;
    this.#claim(owns, `partition ${partition}: a commit of epoch ${epoch} in epoch ${term?.epoch}`);
    if (term === undefined) return;
    this.#claim(!isHandedOver(term), `partition ${partition}: a commit after epoch ${epoch} was handed over`);
    this.#claim(
      number === term.commitNumber + 1,
      `partition ${partition}: commit ${number} after ${term.commitNumber}`,
    );
    term.commitNumber = number;
    term.stopped ||= records.some(({ key, value }) => key === Deaths.stopped.key && value !== undefined);
  }

  /** A node was told who lives. */
  members(nodes: readonly NodeRecord[]): void {
    const members = new Set(nodes.map(({ id }) => id));
    for (const id of this.#members) if (!members.has(id)) this.#gone.add(id);
    this.#members = members;
  }

  /** Whether a node's epoch of a partition is the last one. */
  owns(partition: number, epoch: number): boolean {
    return this.#termsOf(partition).length === epoch;
  }

  /** An attempt's result lies in its mailbox. */
  resultLies(attempt: string): void {
    const dispatch = this.#dispatches.get(attempt);
    if (dispatch !== undefined && !this.#gone.has(dispatch.nodeId)) this.#resultsInTime.add(attempt);
  }

  /** An attempt leaves from a node that owns, or last owned, the partition in this epoch. */
  dispatched(attempt: string, partition: number, { epoch, nodeId }: Dispatch): void {
    const before = this.#dispatches.get(attempt);
    this.#dispatches.set(attempt, { epoch, nodeId });
    if (before === undefined || before.epoch >= epoch) return;
    if (this.#gone.has(before.nodeId) && !this.#resultsInTime.has(attempt)) return;
    const inOrder = this.#termsOf(partition)
      .slice(before.epoch - 1, epoch - 1)
      .every(isHandedOver);
    this.#claim(!inOrder, `${attempt}: dispatched again in epoch ${epoch}, handed over since ${before.epoch}`);
  }

  /** Another execution may get its name: its attempts are others. */
  #forget(executionArn: string): void {
    for (const attempt of this.#dispatches.keys()) {
      if (!attempt.startsWith(`${executionArn}#`)) continue;
      this.#dispatches.delete(attempt);
      this.#resultsInTime.delete(attempt);
    }
  }

  #termsOf(partition: number): Term[] {
    const known = this.#terms.get(partition);
    if (known !== undefined) return known;
    const terms: Term[] = [];
    this.#terms.set(partition, terms);
    return terms;
  }
}

function isHandedOver({ released, stopped }: Term): boolean {
  return released && stopped;
}
