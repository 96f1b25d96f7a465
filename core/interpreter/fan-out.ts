import { assert } from '../assert.ts';
import type { CompiledMap } from '../definition/program.ts';
import { effectiveInput } from './data-flow.ts';
import type { Draft, Failure } from './draft.ts';
import { type Children, childrenOf, type Frame } from './execution.ts';
import { attempt, failState } from './failure.ts';
import { leaveState } from './leave-state.ts';
import { Payload } from './payload.ts';

/** Starts iterations as long as fewer than MaxConcurrency run. `afterId`: the event that made room. */
export function pumpMap(draft: Draft, frame: Frame, state: CompiledMap, afterId: number): void {
  const { children } = frame;
  assert(children?.items !== undefined, 'a Map has items while it has children');
  if (children.nextIndex >= children.length) return;
  const input = state.itemSelector === undefined ? undefined : effectiveInput(draft, frame, state.flow);
  while (children.nextIndex < children.length && children.running < children.concurrency) {
    const index = children.nextIndex;
    const value = Payload.member(children.items, index);
    const selected =
      state.itemSelector === undefined || input === undefined
        ? value
        : Payload.ofValue(state.itemSelector(draft.scope.atItem(frame, input.value, { index, value })));
    draft.iterationStarted(frame, index, selected, afterId);
  }
}

/** A branch or iteration has run to its end. */
export function endChild(draft: Draft, frame: Frame): void {
  const { parent, output } = frame;
  if (isBranchRoot(draft, frame)) {
    return draft.branchEnded({ status: 'SUCCEEDED', output, error: undefined, cause: undefined });
  }
  if (parent?.children === undefined || !isAwaited(draft, frame, parent)) return; // its siblings' failure was faster
  const { state, children } = parent;
  assert(state !== undefined, 'a parent waits for its children');
  const endId = state.type === 'Map' ? draft.iterationSucceeded(frame) : frame.lastEventId;
  attempt(draft, parent, () => advance(draft, parent, children, endId, frame.lastEventId));
}

/** An iteration is under way until its end is told; a branch ends with its last state and leaves its result. */
function isAwaited({ execution }: Draft, frame: Frame, parent: Frame): boolean {
  if (parent.state?.type === 'Map') return execution.frames.has(frame.id);
  return execution.frames.has(parent.id) && parent.children?.results[frame.index] === frame.output;
}

/** Leaves the fan-out when all children are over, else starts the next one. */
function advance(draft: Draft, parent: Frame, children: Children, endId: number, afterId: number): void {
  const { state } = parent;
  if (children.succeeded + children.failed === children.length) return leaveFanOut(draft, parent, children, endId);
  if (state?.type === 'Map') pumpMap(draft, parent, state, afterId);
}

/** The children's outputs, in their order, become the result. */
export function leaveFanOut(draft: Draft, parent: Frame, children: Children, afterId: number): void {
  const { state } = parent;
  assert(state !== undefined, 'a fan-out is left from its state');
  draft.fanOutSucceeded(parent, afterId);
  const texts = children.results.flatMap((result) => (result === undefined ? [] : [result.text]));
  leaveState(draft, parent, state, parent.input, Payload.ofText(`[${texts.join(',')}]`));
}

/** A branch or iteration has failed: its siblings are aborted and the state fails, unless the Map tolerates it. */
export function failChild(draft: Draft, frame: Frame, failure: Failure): void {
  const parent = frame.parent;
  if (parent === undefined || !draft.execution.frames.has(frame.id)) return; // a sibling's failure was faster
  if (isBranchRoot(draft, frame)) {
    const { error, cause } = failure;
    return draft.branchEnded({ status: 'FAILED', output: undefined, error, cause }, failure);
  }
  const afterId = frame.lastEventId;
  draft.childFailed(frame, 'failed', afterId);
  const { children } = parent;
  assert(children !== undefined, 'a parent waits for its children');
  if (!failure.fatal && isTolerated(children)) {
    return attempt(draft, parent, () => advance(draft, parent, children, afterId, afterId));
  }
  for (const sibling of childrenOf(draft.execution, parent)) draft.childFailed(sibling, 'aborted', afterId);
  parent.lastEventId = afterId;
  failState(draft, parent, failure);
}

function isBranchRoot({ execution }: Draft, frame: Frame): boolean {
  return execution.branch !== undefined && frame === execution.root;
}

function isTolerated({ failed, length, toleratedCount, toleratedPercentage }: Children): boolean {
  return failed <= toleratedCount && (failed / length) * 100 <= toleratedPercentage;
}
