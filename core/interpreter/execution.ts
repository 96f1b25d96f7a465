import { branchArn } from '../arn.ts';
import { assert } from '../assert.ts';
import type { CompiledBlock, CompiledState, Program } from '../definition/program.ts';
import type { Json } from '../json.ts';
import type { Payload } from './payload.ts';
import type { SpreadBranch } from './spread-branch.ts';

/** What StartExecution fixed, as it is stored with the first event. Strings; null where there is none. */
export interface StartFacts {
  /** `arn:aws:states:REGION:ACCOUNT:execution:MACHINE:NAME`. */
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly roleArn: string;
  /** Which text of the definition runs. */
  readonly revisionId: string;
  /** Random: makes task tokens unguessable. */
  readonly secret: string;
  readonly stateMachineVersionArn: string | null;
  readonly stateMachineAliasArn: string | null;
  readonly traceHeader: string | null;
}

export type EndStatus = 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT';

export interface ExecutionEnd {
  readonly status: EndStatus;
  readonly atMs: number;
  readonly output: Payload | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/**
 * The state of one execution in memory: what `apply` builds from its history. In it is a tree of frames, one for the
 * machine itself and one for each branch of a Parallel and iteration of a Map under way.
 */
export class Execution {
  readonly program: Program;
  readonly facts: StartFacts;
  readonly input: Payload;
  readonly startMs: number;
  readonly root: Frame;
  /** Set where it is a branch of another execution; `input` and `startMs` are then that one's. */
  branch: Branch | undefined = undefined;
  readonly frames: Map<number, Frame> = new Map();
  /** Frames that wait for a task, by the task's number. */
  readonly tasks: Map<number, Frame> = new Map();
  end: ExecutionEnd | undefined = undefined;
  lastEventId = 0;
  lastFrameId = 0;
  lastTaskNumber = 0;
  /** Entries of its log, notes counted. */
  entryCount = 0;
  /** Payloads stored so far: the next one gets this number plus one. */
  payloadCount = 0;
  /** Frames that have a time to be woken at: none, and nobody need look. */
  timedFrames = 0;
  /** UTF-8 bytes of all variables: AWS limits the sum. */
  variableBytes = 0;

  #tokenTail: string | undefined = undefined;

  /** How task tokens name the execution. */
  get tokenTail(): string {
    const { facts, branch } = this;
    this.#tokenTail ??= encodeURIComponent(
      branch === undefined ? facts.executionArn : branchArn(facts.executionArn, branch.frameId),
    );
    return this.#tokenTail;
  }

  constructor(
    program: Program,
    facts: StartFacts,
    input: Payload,
    startMs: number,
    root: Frame = new Frame(0, undefined, program.root, 0, input),
  ) {
    this.program = program;
    this.facts = facts;
    this.input = input;
    this.startMs = startMs;
    this.root = root;
    root.next = root.block.start;
    this.frames.set(0, root);
  }
}

/** What an execution that is a branch of another, its root, knows of that. */
export interface Branch {
  /** Its frame in the root: names it. */
  readonly frameId: number;
  /** The root is known to have its log up to this entry. */
  acknowledged: number;
  /** The root wants nothing more of it. Its log stays for a while: a start that comes late finds that it has been. */
  released: boolean;
}

/** One branch under way: where it is, what it has, what it waits for. */
export class Frame {
  readonly id: number;
  readonly parent: Frame | undefined;
  readonly block: CompiledBlock;
  /** Place among its siblings: number of the branch or iteration; 0 for the root. */
  readonly index: number;
  /** Input of the state it is in, or of the next one. */
  input: Payload;
  /** The state it is in; undefined between two states. */
  state: CompiledState | undefined = undefined;
  /** The state to be entered next. */
  next: CompiledState | undefined = undefined;
  /** The item of an iteration. */
  item: MapItem | undefined = undefined;
  /** Becomes previousEventId of the frame's next event. */
  lastEventId = 0;
  enteredEventId = 0;
  /** previousEventId of the event that entered the state: EvaluationFailed at entry points there, not at the entry. */
  enteredAfterId = 0;
  enteredMs = 0;
  /** Attempts used up, by place of the retrier; empty until the first retry of a visit. */
  retries: number[] = NO_RETRIES;
  retryCount = 0;
  task: PendingTask | undefined = undefined;
  /** Wait, or a retry's delay: when it is over. */
  timerMs: number | undefined = undefined;
  children: Children | undefined = undefined;
  /** The frame belongs to a branch that runs as an execution of its own: here is only what its log has told. */
  spread: SpreadBranch | undefined = undefined;
  /** A failure whose text waits for an event's id: in branches only. */
  held: HeldFailure | undefined = undefined;
  /** Variables assigned in this scope; those of outer frames are read through `parent`. */
  variables: { readonly [name: string]: Json } = NO_VARIABLES;
  /** Set when its last state has ended. */
  output: Payload | undefined = undefined;

  constructor(id: number, parent: Frame | undefined, block: CompiledBlock, index: number, input: Payload) {
    this.id = id;
    this.parent = parent;
    this.block = block;
    this.index = index;
    this.input = input;
  }
}

const NO_RETRIES: number[] = [];
const NO_VARIABLES: { readonly [name: string]: Json } = Object.freeze(Object.create(null));

/** The attempt of a task that a frame waits for. */
export interface PendingTask {
  readonly number: number;
  /** The attempt's input, as it is dispatched: kept so that it can be dispatched again. */
  readonly input: Payload;
  /** Undefined: none. */
  readonly deadlineMs: number | undefined;
  readonly heartbeatMs: number | undefined;
  /** When the task counts as silent; moved by heartbeats. */
  heartbeatDueMs: number | undefined;
  /** waitForTaskToken: the integration has answered, the token has not. */
  submitted: boolean;
}

/** An error raised in a state, before its cause names the event that entered the state. */
export interface HeldFailure {
  readonly error: string;
  readonly reason: string;
  readonly location: string | undefined;
  /** The state's retriers and catchers have been asked. */
  readonly final: boolean;
}

export interface MapItem {
  readonly index: number;
  readonly value: Payload;
}

/** The branches or iterations a frame waits for. */
export class Children {
  readonly length: number;
  /** Map only: the array it iterates over. */
  readonly items: Payload | undefined;
  /** How many run at once. */
  readonly concurrency: number;
  readonly toleratedCount: number;
  readonly toleratedPercentage: number;
  /** Index of the next one to start. */
  nextIndex = 0;
  running = 0;
  succeeded = 0;
  failed = 0;
  readonly results: (Payload | undefined)[];

  constructor(fields: ChildrenFields) {
    this.length = fields.length;
    this.items = fields.items;
    this.concurrency = fields.concurrency;
    this.toleratedCount = fields.toleratedCount;
    this.toleratedPercentage = fields.toleratedPercentage;
    this.results = new Array(fields.length).fill(undefined);
  }
}

export interface ChildrenFields {
  readonly length: number;
  readonly items: Payload | undefined;
  readonly concurrency: number;
  readonly toleratedCount: number;
  readonly toleratedPercentage: number;
}

/** What a Task state asks for at one attempt. Seconds undefined: no limit. */
export interface TaskAttempt {
  readonly input: Payload;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  /** JSON text of the Credentials field, evaluated. */
  readonly credentials: string | undefined;
}

/** A Parallel starts all branches at once and stands no failure. */
export function parallelFields(branches: number): ChildrenFields {
  return { length: branches, items: undefined, concurrency: branches, toleratedCount: 0, toleratedPercentage: 0 };
}

export function childrenOf(execution: Execution, parent: Frame): Frame[] {
  if (parent.children === undefined && parent.spread === undefined) return [];
  return [...execution.frames.values()].filter((frame) => frame.parent === parent);
}

/** The value of a variable as a frame sees it: its own scope first, then the outer ones. */
export function readVariable(frame: Frame, name: string): Json | undefined {
  for (let scope: Frame | undefined = frame; scope !== undefined; scope = scope.parent) {
    const value = scope.variables[name];
    if (value !== undefined) return value;
  }
  return undefined;
}

/** What the child of a fan-out runs. */
export function blockOf(state: CompiledState | undefined, index: number): CompiledBlock {
  const block =
    state?.type === 'Map' ? state.processor : state?.type === 'Parallel' ? state.branches[index] : undefined;
  assert(block !== undefined, 'only a fan-out has children, and no more than it has branches');
  return block;
}

/** The item of the innermost iteration that a frame belongs to. */
export function nearestItem(frame: Frame): MapItem | undefined {
  for (let at: Frame | undefined = frame; at !== undefined; at = at.parent) {
    if (at.item !== undefined) return at.item;
  }
  return undefined;
}

/** Whether the frame is that of a branch that runs elsewhere, not one nested in it. */
export function isSpread(frame: Frame): boolean {
  return frame.spread?.frameId === frame.id;
}

/**
 * Whether somebody in the runtime owes it a message: a task that is being worked on here, a step that stopped before
 * all was done, a branch elsewhere that is not known to have begun, a root that has not all of its branch's log. What
 * waits for the outside (an activity, a task token) or for a time, owes nothing.
 */
export function isActive(execution: Execution): boolean {
  return owesProgress(execution) || isBusy(execution);
}

/** Whether nothing can come of it any more. A branch is not over before its root has its end. */
export function isOver({ end, branch }: Execution): boolean {
  return end !== undefined && branch?.released !== false;
}

/** Whether it is a branch, and its root is not known to have all of its log. */
export function owesProgress({ branch, end, entryCount }: Execution): boolean {
  return branch?.released === false && (end !== undefined || branch.acknowledged < entryCount);
}

/** `isActive` but for what a branch and its root have to tell each other. */
export function isBusy(execution: Execution): boolean {
  for (const frame of execution.tasks.values()) if (isWorkedOn(frame)) return true;
  for (const { next, spread, held } of execution.frames.values()) {
    if (next !== undefined || spread?.taken === 0 || held !== undefined) return true;
  }
  return false;
}

/** Whether the frame's task has been dispatched and is not over. */
export function isWorkedOn({ task, state }: Frame): boolean {
  return task?.submitted === false && !(state?.type === 'Task' && state.resource.kind === 'activity');
}

/** When the execution must be woken at the latest, in ms since the epoch; undefined: nothing is timed. */
export function earliestDue(execution: Execution): number | undefined {
  let due = timeoutMs(execution);
  if (execution.timedFrames > 0) {
    for (const frame of execution.frames.values()) due = Math.min(due, frameDue(frame));
  }
  return due === Number.POSITIVE_INFINITY ? undefined : due;
}

/** When the machine's TimeoutSeconds are over, in ms since the epoch. A branch leaves that to its root. */
export function timeoutMs({ program, branch, startMs }: Execution): number {
  if (program.timeoutSeconds === undefined || branch !== undefined) return Number.POSITIVE_INFINITY;
  return startMs + program.timeoutSeconds * 1000;
}

/** Infinity: the frame waits for nothing that has a time. */
export function frameDue(frame: Frame): number {
  if (frame.timerMs !== undefined) return frame.timerMs;
  const task = frame.task;
  if (task === undefined) return Number.POSITIVE_INFINITY;
  return Math.min(task.deadlineMs ?? Number.POSITIVE_INFINITY, task.heartbeatDueMs ?? Number.POSITIVE_INFINITY);
}
