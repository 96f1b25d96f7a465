/**
 * A branch that runs as an execution of its own (branch.ts), as its root knows it: how far the root has taken its log
 * over, and what the branch's numbers became in the root's log. The branch's frames in the root, its own and those
 * nested in it, share one.
 */
export class SpreadBranch {
  /** The branch's frame in the root: names the branch. */
  readonly frameId: number;
  /** The root's last event when the branch began. Ids up to here mean the same in both logs. */
  readonly lastEventId: number;
  /** Entries of the branch's log that the root has. 0: it is not known to have begun. */
  taken = 0;
  /** The branch's input is its first payload. */
  payloads = 1;
  frames = 0;
  readonly eventIds: Renumbering = new Renumbering();
  readonly payloadNumbers: Renumbering = new Renumbering();
  readonly frameIds: Renumbering = new Renumbering();

  constructor(frameId: number, lastEventId: number) {
    this.frameId = frameId;
    this.lastEventId = lastEventId;
  }

  /** A turn of the branch follows in the root's log. `…Id`, `…Number`: the first of the turn in the branch, and in the root. */
  openTurn(
    eventId: number,
    root: { readonly eventId: number; readonly payloads: number; readonly frames: number },
  ): void {
    this.eventIds.add(eventId, root.eventId);
    this.payloadNumbers.add(this.payloads + 1, root.payloads + 1);
    this.frameIds.add(this.frames + 1, root.frames + 1);
  }

  eventId(id: number): number {
    return id <= this.lastEventId ? id : this.eventIds.of(id);
  }

  frame(id: number): number {
    return id === 0 ? this.frameId : this.frameIds.of(id);
  }
}

/** What numbers of a branch are in its root: run by run, each contiguous in both. */
export class Renumbering {
  /** First number of the run in the branch, and what is added to it; ascending. */
  readonly runs: (readonly [first: number, shift: number])[] = [];

  /** From `first` on, which is `there` in the root. */
  add(first: number, there: number): void {
    if (this.runs.at(-1)?.[0] === first) this.runs.pop();
    if (this.runs.at(-1)?.[1] !== there - first) this.runs.push([first, there - first]);
  }

  /** Looks from the end: recent numbers are asked for most. */
  of(number: number): number {
    const run = this.runs.findLast(([first]) => first <= number);
    return number + (run?.[1] ?? 0);
  }
}
