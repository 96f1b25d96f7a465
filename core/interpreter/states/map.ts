import type { CompiledMap } from '../../definition/program.ts';
import { isArray, type Json } from '../../json.ts';
import type { QueryScope } from '../../query/query-scope.ts';
import { unexpectedType } from '../../query/unexpected-type.ts';
import { StatesError } from '../../states-error.ts';
import { effectiveInput } from '../data-flow.ts';
import type { Draft } from '../draft.ts';
import type { ChildrenFields, Frame } from '../execution.ts';
import { leaveFanOut, pumpMap } from '../fan-out.ts';
import { readCount, readPercentage } from '../field.ts';
import { Payload } from '../payload.ts';

/**
 * An inline Map. MaxConcurrency 0 or absent means as many as the program allows: 40 on AWS, and nobody gets more.
 * The limits are read after MapStateStarted, as AWS's histories show.
 */
export function enterMap(draft: Draft, frame: Frame, state: CompiledMap): void {
  if (state.unsupported !== undefined) throw new StatesError('States.Runtime', state.unsupported);
  const input = effectiveInput(draft, frame, state.flow);
  const items = itemsOf(draft, frame, state, input);
  const length = isArray(items.value) ? items.value.length : 0;
  const scope = draft.scope.at(frame, input.value);
  const { mapConcurrencyMax } = draft.execution.program;
  const wanted = state.maxConcurrency === undefined ? 0 : readCount(state.maxConcurrency, state, scope);
  draft.mapStarted(frame, {
    length,
    items,
    concurrency: wanted === 0 ? mapConcurrencyMax : Math.min(wanted, mapConcurrencyMax),
    ...tolerance(state, scope),
  });
  if (frame.children !== undefined && length === 0) leaveFanOut(draft, frame, frame.children, frame.lastEventId);
  else pumpMap(draft, frame, state, frame.lastEventId);
}

/**
 * Of the limits that are given none may be exceeded; where neither is, no failure is stood.
 * AWS: "Setting failure thresholds for Distributed Map states".
 */
function tolerance(
  state: CompiledMap,
  scope: QueryScope,
): Pick<ChildrenFields, 'toleratedCount' | 'toleratedPercentage'> {
  const { toleratedCount: count, toleratedPercentage: percentage } = state;
  if (count === undefined && percentage === undefined) return { toleratedCount: 0, toleratedPercentage: 0 };
  return {
    toleratedCount: count === undefined ? Number.MAX_SAFE_INTEGER : readCount(count, state, scope),
    toleratedPercentage: percentage === undefined ? 100 : readPercentage(percentage, state, scope),
  };
}

/** The items, as a member of the input where the path is that plain: the log then stores the way to them. */
function itemsOf(draft: Draft, frame: Frame, state: CompiledMap, input: Payload): Payload {
  const { items } = state;
  if (items === undefined) {
    if (!isArray(input.value)) throw notIterable(state, input.value);
    return input;
  }
  const value = items.query(draft.scope.at(frame, input.value));
  if (!isArray(value)) {
    throw state.flow.jsonata ? unexpectedType(items.text, items.name, 'array', value) : notIterable(state, value);
  }
  if (items.members === undefined) return Payload.ofValue(value);
  return items.members.reduce((payload, key) => Payload.member(payload, key), input);
}

function notIterable(state: CompiledMap, value: Json): StatesError {
  const error = state.flow.jsonata ? 'States.QueryEvaluationError' : 'States.Runtime';
  return new StatesError(error, `Map state input must be an array but was: ${JSON.stringify(value)}`);
}
