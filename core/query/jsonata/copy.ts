import { setMember } from '../../json.ts';
import { NESTING_DEPTH_MAX } from '../../limits.ts';
import type { Evaluation } from './evaluation.ts';
import { JsonataError } from './jsonata-error.ts';
import { type FreshObject, isArray, isNumeric, isObject, type Value } from './value.ts';

/** JSONata writes numbers out with 15 digits, so that 0.1 + 0.2 reads 0.3. */
export function roundForText(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(15));
}

/** @throws {JsonataError} deeper than any JSON that comes in: built by recursion, and not to be followed by one. */
export function checkDepth(depth: number): void {
  if (depth > NESTING_DEPTH_MAX) throw new JsonataError('B0004', { value: NESTING_DEPTH_MAX });
}

/**
 * A copy as if written out as JSON and read again, with the objects in it that may be written to. Functions become
 * empty strings, as `$string` makes of them.
 */
export function copyDeep(value: Value, evaluation: Evaluation, objects: Map<Value, FreshObject>, depth = 0): Value {
  checkDepth(depth);
  evaluation.step();
  if (typeof value === 'function') return '';
  if (typeof value === 'number') return isNumeric(value) ? roundForText(value) : null;
  if (isArray(value)) {
    evaluation.allocate(value.length + 1);
    return value.map((item) => copyDeep(item, evaluation, objects, depth + 1) ?? null);
  }
  if (!isObject(value)) return value;
  const names = Object.keys(value);
  evaluation.allocate(names.length + 1);
  const copy: FreshObject = {};
  for (const name of names) {
    const member = copyDeep(value[name], evaluation, objects, depth + 1);
    if (member !== undefined) setMember(copy, name, member);
  }
  objects.set(copy, copy);
  return copy;
}
