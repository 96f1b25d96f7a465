import { assert } from '../assert.ts';
import type { Program } from '../definition/program.ts';
import { startFacts } from '../history/log-ends.ts';
import type { LogEntry, LogTurn } from '../history/log-reader.ts';
import type { Json } from '../json.ts';
import { blockOf, Execution, Frame, nearestItem, type StartFacts } from './execution.ts';
import type { BranchProgress } from './messages.ts';
import { Payload } from './payload.ts';

/**
 * A branch of a Parallel or an iteration of a Map as an execution of its own, with a log of its own: a spread branch.
 * Its root is the execution that it belongs to.
 *
 *   root ── BranchStart ──► branch        once; again while the root does not know that it has begun
 *   root ◄─ BranchesProgressed ── branch  each turn of its log, when durable; again until it is acknowledged
 *   root ── ProgressTaken ──► branch      the root's log has it: events under ids of the root's
 *   root ── Release ──► branch            the root has its end, or wants nothing more of it
 *
 * The root's log has the same entries as if the branch ran in the root, but for notes that nobody needs there, and the
 * root keeps the branch's frames as far as these entries tell (elsewhere.ts). Messages may be lost, doubled and
 * overtake each other: the root counts the entries it has taken, the branch sends again what is not acknowledged.
 * A branch numbers its events on from the root's last one when it began: what they would be if nothing else happened.
 */

/** All that a branch is given. Plain data: it travels. */
export interface BranchStart {
  /** The root's, but for the secret, which is the branch's own. */
  readonly facts: StartFacts;
  /** When the root's execution began, in ms since the epoch. */
  readonly startMs: number;
  /** The branch's frame in the root. */
  readonly frameId: number;
  /** The Parallel or Map, and the number of the branch or iteration in it. */
  readonly state: string;
  readonly index: number;
  /** JSON text: what the branch begins with. */
  readonly input: string;
  /** JSON text: the root's input. */
  readonly executionInput: string;
  /** JSON text: the Map's item, where it is not `input`. */
  readonly item: string | null;
  /** Undefined: it is in no Map. */
  readonly itemIndex: number | undefined;
  /** JSON text: the variables of the scopes around it. Null: there is none. */
  readonly variables: string | null;
  /** The root's last event when it began, and the one that its first event follows. */
  readonly lastEventId: number;
  readonly afterId: number;
}

/** What a branch is to be given, as its frame in the root tells. The same each time, until it is known to have begun. */
export function branchStart(execution: Execution, frame: Frame): BranchStart {
  const { facts, startMs, input } = execution;
  const { spread, parent } = frame;
  assert(spread !== undefined && parent?.state !== undefined, 'the frame is that of a branch that runs elsewhere');
  const item = nearestItem(frame);
  const variables = visibleVariables(parent);
  return {
    facts: { ...facts, secret: `${facts.secret}-${frame.id.toString(16)}` },
    startMs,
    frameId: frame.id,
    state: parent.state.name,
    index: frame.index,
    input: frame.input.text,
    executionInput: input.text,
    item: item === undefined || item.value.text === frame.input.text ? null : item.value.text,
    itemIndex: item?.index,
    variables: Object.keys(variables).length === 0 ? null : JSON.stringify(variables),
    lastEventId: spread.lastEventId,
    afterId: frame.lastEventId,
  };
}

function visibleVariables(frame: Frame): { readonly [name: string]: Json } {
  return { ...(frame.parent === undefined ? {} : visibleVariables(frame.parent)), ...frame.variables };
}

/** The execution that a branch is, before its first state. */
export function openBranch(program: Program, start: BranchStart, input: Payload): Execution {
  const { state, index, itemIndex, item, variables } = start;
  const block = blockOf(program.states.get(state), index);
  const outer = new Frame(OUTER_FRAME_ID, undefined, block, 0, input);
  if (variables !== null) outer.variables = Object.assign(Object.create(null), JSON.parse(variables));
  const root = new Frame(0, outer, block, index, input);
  root.lastEventId = start.afterId;
  if (itemIndex !== undefined) {
    root.item = { index: itemIndex, value: item === null ? input : Payload.ofText(item) };
  }
  const execution = new Execution(program, start.facts, Payload.ofText(start.executionInput), start.startMs, root);
  execution.branch = { frameId: start.frameId, acknowledged: 0, released: false };
  execution.lastEventId = start.lastEventId;
  execution.variableBytes = variables?.length ?? 0;
  return execution;
}

/** Stands for the scopes around a branch: what they have assigned can be read and not changed. */
const OUTER_FRAME_ID = -1;

/** The numbers and names of a start, as BranchStarted stores them. */
export function originOf(start: BranchStart): readonly (number | string | null)[] {
  const { frameId, startMs, state, index, lastEventId, afterId, itemIndex } = start;
  return [frameId, startMs, state, index, lastEventId, afterId, itemIndex ?? null];
}

/** Reads a BranchStarted. */
export function readBranchStart(entry: LogEntry, input: Payload): BranchStart {
  const [frameId, startMs, state, index, lastEventId, afterId, itemIndex] = entry.list(2);
  return {
    facts: startFacts(entry),
    startMs: Number(startMs),
    frameId: Number(frameId),
    state: String(state),
    index: Number(index),
    input: input.text,
    executionInput: entry.text(3),
    item: entry.textOrUndefined(4) ?? null,
    itemIndex: itemIndex === null ? undefined : Number(itemIndex),
    variables: entry.textOrUndefined(5) ?? null,
    lastEventId: Number(lastEventId),
    afterId: Number(afterId),
  };
}

/** What a branch tells its root. `from`: entries of its log before the first of `turns`. */
export function branchProgress(execution: Execution, from: number, turns: readonly LogTurn[]): BranchProgress {
  const { branch, end, frames } = execution;
  assert(branch !== undefined, 'the execution is a branch');
  const held = [...frames.values()].filter((frame) => frame.held !== undefined);
  return {
    frameId: branch.frameId,
    from,
    turns,
    output: end?.output?.text,
    asks: held.map((frame) => frame.enteredEventId),
  };
}
