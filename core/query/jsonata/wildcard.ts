import { checkDepth } from './copy.ts';
import type { Frame } from './frame.ts';
import { isArray, isObject, sequenceOf, type Value } from './value.ts';

/** `*`: the values of all members, arrays flattened. */
export function wildcard(input: Value, frame: Frame): Value {
  const found: Value[] = [];
  const members = membersOf(input);
  for (const member of members) flatten(member, found, frame, 0);
  frame.evaluation.allocate(found.length);
  // JSONata appends arrays, and what was appended to is an array of its own, not a sequence.
  return members.some(isArray) ? found : sequenceOf(found);
}

function membersOf(value: Value): readonly Value[] {
  if (isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

function flatten(value: Value, found: Value[], frame: Frame, depth: number): void {
  checkDepth(depth);
  frame.evaluation.step();
  if (!isArray(value)) found.push(value);
  else for (const item of value) flatten(item, found, frame, depth + 1);
}

/** `**`: the value itself and everything below it. */
export function descendants(input: Value, frame: Frame): Value {
  if (input === undefined) return undefined;
  const found: Value[] = [];
  descend(input, found, frame, 0);
  frame.evaluation.allocate(found.length);
  return sequenceOf(found);
}

function descend(value: Value, found: Value[], frame: Frame, depth: number): void {
  checkDepth(depth);
  frame.evaluation.step();
  if (!isArray(value)) found.push(value);
  for (const member of membersOf(value)) descend(member, found, frame, depth + 1);
}
