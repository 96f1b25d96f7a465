import { assert } from '../assert.ts';
import { isNote, KIND, PAYLOAD_FIELDS } from '../history/event-kind.ts';
import { ENTRY_HEAD, FIRST_ENTRY, type LogTurn, type LogValue, nextEntry } from '../history/log-reader.ts';
import { applyStateExited } from './apply.ts';
import { type Draft, FATAL_FLAG, type Failure, HEARTBEAT_FLAG } from './draft.ts';
import { applyElsewhere, endsBranch } from './elsewhere.ts';
import { endIfHistoryIsFull, isHistoryFull } from './end-execution.ts';
import { type Frame, isSpread } from './execution.ts';
import { type BranchProgress, type MessageToBranch, RELEASE } from './messages.ts';
import { Payload } from './payload.ts';
import type { SpreadBranch } from './spread-branch.ts';

/** Takes over what spread branches have done. Failures are dealt with when all have been heard. */
export function takeProgress(draft: Draft, branches: readonly BranchProgress[]): void {
  for (const branch of branches) takeBranch(draft, branch);
}

/**
 * The events of a branch get the next ids of the root's log. What the root has already is passed over, what leaves a gap
 * is refused; a branch that nobody waits for is released.
 */
function takeBranch(draft: Draft, progress: BranchProgress): void {
  const { frameId, from } = progress;
  const frame = draft.execution.frames.get(frameId);
  if (frame?.spread === undefined || !isSpread(frame)) {
    draft.effects.push({ type: 'TellBranch', frameId, message: RELEASE, kept: false });
    return;
  }
  const { spread } = frame;
  const gap = from > spread.taken;
  const takeover = new Takeover(draft, frame, spread, progress);
  if (!gap) takeover.run();
  if (draft.execution.end !== undefined) return;
  if (frame.output !== undefined) {
    draft.ready.push(frame);
    draft.effects.push({ type: 'TellBranch', frameId, message: RELEASE, kept: false });
  } else if (takeover.failure !== undefined) draft.failed.push({ frame, failure: takeover.failure });
  else {
    const taken: MessageToBranch = { type: 'ProgressTaken', taken: spread.taken, gap, ids: takeover.ids };
    draft.effects.push({ type: 'TellBranch', frameId, message: taken, kept: false });
  }
}

/** What one branch tells, on its way into the root's log. */
class Takeover {
  readonly #draft: Draft;
  readonly #frame: Frame;
  readonly #spread: SpreadBranch;
  readonly #progress: BranchProgress;
  /** Entries of the branch's log before the one that is looked at. */
  #index: number;
  /** The last event that was looked at, by its id in the branch. */
  #eventId = 0;
  /** What the branch has failed of. */
  failure: Failure | undefined = undefined;

  constructor(draft: Draft, frame: Frame, spread: SpreadBranch, progress: BranchProgress) {
    this.#draft = draft;
    this.#frame = frame;
    this.#spread = spread;
    this.#progress = progress;
    this.#index = progress.from;
  }

  /** The execution ends if its history is full. */
  run(): void {
    for (const turn of this.#progress.turns) {
      this.#turn(turn);
      if (this.#draft.execution.end !== undefined) return;
    }
  }

  /** Of the ids that the branch asks for those that are known. */
  get ids(): (readonly [own: number, root: number])[] {
    const known = this.#progress.asks.filter((id) => id <= this.#eventId);
    return known.map((id) => [id, this.#spread.eventId(id)]);
  }

  #turn(turn: LogTurn): void {
    let eventId = Number(turn[0]);
    let place: number | undefined;
    let copied = 0;
    let full = false;
    for (let at = FIRST_ENTRY, next = at; at < turn.length && !full; at = next) {
      const kind = Number(turn[at]);
      next = nextEntry(turn, at);
      if (this.#index++ >= this.#spread.taken) {
        full = kind === KIND.StateEntered && isHistoryFull(this.#draft);
        place ??= this.#draft.openBranchTurn(this.#frame, this.#spread, Number(turn[1]), eventId);
        if (!full && this.#entry(kind, turn, at, next)) copied++;
        this.#spread.taken = this.#index;
      }
      if (!isNote(kind)) eventId++;
    }
    this.#eventId = eventId - 1;
    if (place !== undefined) this.#draft.closeBranchTurn(place, this.#spread, copied);
    if (full) endIfHistoryIsFull(this.#draft);
  }

  /** @returns whether the root's log has it now: notes are the branch's own, but for those that tell where a frame ends. */
  #entry(kind: number, turn: LogTurn, at: number, next: number): boolean {
    const spread = this.#spread;
    const { execution } = this.#draft;
    const frameId = spread.frame(Number(turn[at + 1]));
    const afterId = spread.eventId(Number(turn[at + 2]));
    if (kind === KIND.BranchEnded) this.#end(afterId, turn.slice(at + ENTRY_HEAD, next));
    if (isNote(kind) && kind !== KIND.ChildDropped) return false;
    const frame = execution.frames.get(frameId);
    assert(frame !== undefined, 'a frame of a branch is known to its root while something happens to it');
    const payloads = PAYLOAD_FIELDS[kind] ?? [];
    const fields = turn
      .slice(at + ENTRY_HEAD, next)
      .map((value, field) => (payloads.includes(field) ? this.#payload(value) : value));
    const id = this.#draft.copied(kind, frameId, afterId, fields);
    const frames = execution.lastFrameId;
    const entry = { kind, id, afterId, value: (field: number) => fields[field] ?? null };
    if (endsBranch(entry, frame)) applyStateExited(execution, frame, this.#output(fields), undefined, undefined, id);
    else applyElsewhere(execution, frame, entry);
    spread.frames += execution.lastFrameId - frames;
    return true;
  }

  #end(afterId: number, [, error, cause, status, flags]: readonly LogValue[]): void {
    if (status === 'SUCCEEDED') return;
    this.#frame.lastEventId = afterId;
    this.failure = {
      error: textOrUndefined(error),
      cause: textOrUndefined(cause),
      fatal: (Number(flags) & FATAL_FLAG) !== 0,
      heartbeat: (Number(flags) & HEARTBEAT_FLAG) !== 0,
    };
  }

  /** A payload that stands here gets the root's next number, one that stands earlier the number it got there. */
  #payload(value: LogValue): LogValue {
    if (value === null) return null;
    if (typeof value === 'string') {
      this.#spread.payloads++;
      this.#draft.execution.payloadCount++;
      return value;
    }
    const [number, ...keys] = typeof value === 'number' ? [value] : value;
    const there = number === 1 ? this.#frame.input.stored : this.#spread.payloadNumbers.of(Number(number));
    assert(there !== undefined, 'the input of a branch stands in the log of its root');
    return keys.length === 0 ? there : [...(typeof there === 'number' ? [there] : there), ...keys];
  }

  /** Its text comes with the message: it may stand in the log long before. */
  #output([, , stored, assigned]: readonly LogValue[]): Payload {
    const { output } = this.#progress;
    assert(output !== undefined, 'a branch that has ended tells its output');
    const payload = Payload.ofText(output);
    if (typeof stored === 'number') payload.number = stored;
    else if (typeof stored === 'string') {
      payload.number = this.#draft.execution.payloadCount - (typeof assigned === 'string' ? 1 : 0);
    }
    return payload;
  }
}

function textOrUndefined(value: LogValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
