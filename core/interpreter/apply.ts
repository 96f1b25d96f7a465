import { assert } from '../assert.ts';
import type { CompiledState } from '../definition/program.ts';
import { type Json, type JsonObject, utf8Length } from '../json.ts';
import {
  blockOf,
  Children,
  type ChildrenFields,
  type Execution,
  type ExecutionEnd,
  Frame,
  type HeldFailure,
  type TaskAttempt,
} from './execution.ts';
import { Payload } from './payload.ts';
import { SpreadBranch } from './spread-branch.ts';

/**
 * How each kind of event changes an execution. A step calls these while it records, the fold calls them with what was
 * stored: so both arrive at the same state. They decide nothing and evaluate nothing.
 *
 * `id` is the event's id.
 */

export function applyStateEntered(frame: Frame, state: CompiledState, input: Payload, id: number, atMs: number): void {
  frame.state = state;
  frame.next = undefined;
  frame.input = input;
  frame.enteredAfterId = frame.lastEventId;
  frame.enteredEventId = id;
  frame.enteredMs = atMs;
  frame.lastEventId = id;
}

export function applyStateExited(
  execution: Execution,
  frame: Frame,
  output: Payload,
  assigned: Payload | undefined,
  next: CompiledState | undefined,
  id: number,
): void {
  if (assigned !== undefined) assignVariables(execution, frame, assigned);
  setTimer(execution, frame, undefined);
  frame.children = undefined;
  frame.held = undefined;
  if (frame.retryCount > 0) {
    frame.retries = [];
    frame.retryCount = 0;
  }
  frame.lastEventId = id;
  frame.state = undefined;
  frame.next = next;
  frame.input = output;
  if (next !== undefined) return;
  frame.output = output;
  if (frame.parent?.state?.type === 'Parallel') finishChild(execution, frame, output);
}

function assignVariables(execution: Execution, frame: Frame, assigned: Payload): void {
  const values = assigned.value as JsonObject; // Assign is an object: validated, and recorded so
  const variables: { [name: string]: Json } = Object.assign(Object.create(null), frame.variables);
  for (const [name, value] of Object.entries(values)) {
    const before = variables[name];
    if (before !== undefined) execution.variableBytes -= utf8Length(JSON.stringify(before));
    variables[name] = value;
    execution.variableBytes += utf8Length(JSON.stringify(value));
  }
  frame.variables = variables;
}

export function applyTaskScheduled(
  execution: Execution,
  frame: Frame,
  number: number,
  attempt: TaskAttempt,
  id: number,
  atMs: number,
): void {
  setTimer(execution, frame, undefined);
  const { timeoutSeconds, heartbeatSeconds } = attempt;
  const heartbeatMs = heartbeatSeconds === undefined ? undefined : heartbeatSeconds * 1000;
  frame.task = {
    number,
    input: attempt.input,
    deadlineMs: timeoutSeconds === undefined ? undefined : atMs + timeoutSeconds * 1000,
    heartbeatMs,
    heartbeatDueMs: heartbeatMs === undefined ? undefined : atMs + heartbeatMs,
    submitted: false,
  };
  if (timeoutSeconds !== undefined || heartbeatSeconds !== undefined) execution.timedFrames++;
  execution.tasks.set(number, frame);
  execution.lastTaskNumber = number;
  frame.lastEventId = id;
}

/** Any event after which the attempt is over: succeeded, failed, timed out. */
export function applyTaskEnded(execution: Execution, frame: Frame, id: number): void {
  dropTask(execution, frame);
  frame.lastEventId = id;
}

/** The heartbeat of a task that awaits its token counts from here. */
export function applyTaskSubmitted(frame: Frame, id: number, atMs: number): void {
  assert(frame.task !== undefined, 'a task is submitted while its frame waits for it');
  frame.task.submitted = true;
  applyTaskBeat(frame, atMs);
  frame.lastEventId = id;
}

export function applyTaskBeat(frame: Frame, atMs: number): void {
  const task = frame.task;
  if (task?.heartbeatMs !== undefined) task.heartbeatDueMs = atMs + task.heartbeatMs;
}

function dropTask(execution: Execution, frame: Frame): void {
  const task = frame.task;
  if (task === undefined) return;
  if (task.deadlineMs !== undefined || task.heartbeatDueMs !== undefined) execution.timedFrames--;
  execution.tasks.delete(task.number);
  frame.task = undefined;
}

export function applyTimerSet(execution: Execution, frame: Frame, dueMs: number): void {
  setTimer(execution, frame, dueMs);
}

/** `afterId`: where the attempt broke off; a fan-out's next attempt points there. */
export function applyRetrySet(
  execution: Execution,
  frame: Frame,
  retrier: number,
  dueMs: number,
  afterId: number,
): void {
  frame.lastEventId = afterId;
  if (frame.retryCount === 0) frame.retries = [];
  frame.retries[retrier] = (frame.retries[retrier] ?? 0) + 1;
  frame.retryCount++;
  frame.children = undefined;
  frame.held = undefined;
  setTimer(execution, frame, dueMs);
}

function setTimer(execution: Execution, frame: Frame, dueMs: number | undefined): void {
  if ((frame.timerMs === undefined) !== (dueMs === undefined)) execution.timedFrames += dueMs === undefined ? -1 : 1;
  frame.timerMs = dueMs;
}

export function applyFanOutStarted(execution: Execution, frame: Frame, fields: ChildrenFields, id: number): void {
  setTimer(execution, frame, undefined);
  frame.children = new Children(fields);
  frame.lastEventId = id;
}

/** A branch or iteration begins: it has a frame of its own, and its input. */
export function applyChildStarted(execution: Execution, parent: Frame, input: Payload, id: number): Frame {
  const { state, children } = parent;
  assert(children !== undefined, 'only a fan-out has children');
  const index = children.nextIndex++;
  children.running++;
  const block = blockOf(state, index);
  const child = new Frame(++execution.lastFrameId, parent, block, index, input);
  child.next = block.start;
  child.lastEventId = id;
  if (children.items !== undefined) {
    child.item = { index, value: Payload.member(children.items, index) };
  }
  execution.frames.set(child.id, child);
  return child;
}

/** The child is to run as an execution of its own. */
export function applyBranchSpread(execution: Execution, frame: Frame): void {
  frame.spread = new SpreadBranch(frame.id, execution.lastEventId);
  frame.next = undefined;
}

/** A failure waits, and so does its frame. */
export function applyFailureHeld(execution: Execution, frame: Frame, held: HeldFailure): void {
  setTimer(execution, frame, undefined);
  frame.held = held;
}

/** The child's last state has ended (and its MapIterationSucceeded, for an iteration, is recorded). */
export function applyIterationSucceeded(execution: Execution, frame: Frame): void {
  finishChild(execution, frame, frame.output);
}

function finishChild(execution: Execution, frame: Frame, output: Payload | undefined): void {
  const children = frame.parent?.children;
  assert(children !== undefined && output !== undefined, 'a child ends once, with an output, while its parent waits');
  children.running--;
  children.succeeded++;
  children.results[frame.index] = output;
  execution.frames.delete(frame.id);
}

/** The child is over without a result; what ran below it has been dropped before. */
export function applyChildDropped(execution: Execution, frame: Frame): void {
  const children = frame.parent?.children;
  if (children !== undefined) {
    children.running--;
    children.failed++;
  }
  dropFrame(execution, frame);
}

function dropFrame(execution: Execution, frame: Frame): void {
  dropTask(execution, frame);
  setTimer(execution, frame, undefined);
  execution.frames.delete(frame.id);
}

export function applyFanOutEnded(frame: Frame, id: number): void {
  frame.lastEventId = id;
}

/** The execution is over: nothing below it waits any more. */
export function applyExecutionEnded(execution: Execution, end: ExecutionEnd): void {
  execution.end = end;
  for (const frame of [...execution.frames.values()]) dropFrame(execution, frame);
}
