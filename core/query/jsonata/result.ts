import { type Json, setMember } from '../../json.ts';
import { checkDepth } from './copy.ts';
import type { Evaluation } from './evaluation.ts';
import { JsonataError } from './jsonata-error.ts';
import { type FreshObject, isArray, isObject, type Value } from './value.ts';

/**
 * A result as JSON: without marks on arrays, without what is undefined. What is JSON already is returned as it is.
 * @throws {JsonataError} for a number JSON has no name for, and for a function.
 */
export function toJson(value: Value, evaluation: Evaluation): Json | undefined {
  // `clean` leaves nothing in it that is not JSON.
  return clean(value, evaluation, 0) as Json | undefined;
}

function clean(value: Value, evaluation: Evaluation, depth: number): Value {
  switch (typeof value) {
    case 'function':
      throw new JsonataError('B0006', { message: 'A function is not JSON' });
    case 'number':
      if (!Number.isFinite(value)) throw new JsonataError('D1001', { value });
      // JSON text has no use for the sign of zero.
      return value === 0 ? 0 : value;
    case 'object':
      if (value === null) return null;
      checkDepth(depth);
      evaluation.step();
      return isArray(value) ? cleanArray(value, evaluation, depth) : cleanObject(value, evaluation, depth);
    default:
      return value;
  }
}

function cleanArray(items: readonly Value[], evaluation: Evaluation, depth: number): Value {
  let cleaned: Value[] | undefined = isMarked(items) ? [] : undefined;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    const kept = clean(item, evaluation, depth + 1) ?? null;
    if (!cleaned && kept !== item) cleaned = items.slice(0, i);
    cleaned?.push(kept);
  }
  return cleaned ?? items;
}

function isMarked(items: Value): boolean {
  return isArray(items) && (items.sequence === true || items.constructed === true);
}

function cleanObject(value: Value, evaluation: Evaluation, depth: number): Value {
  if (!isObject(value)) return value;
  let cleaned: FreshObject | undefined;
  const names = Object.keys(value);
  for (let i = 0; i < names.length; i++) {
    const name = names[i] ?? '';
    const member = value[name];
    const kept = clean(member, evaluation, depth + 1);
    if (!cleaned && kept !== member) cleaned = copyMembers(value, names.slice(0, i));
    if (cleaned && kept !== undefined) setMember(cleaned, name, kept);
  }
  return cleaned ?? value;
}

function copyMembers(value: Value, names: readonly string[]): FreshObject {
  const copy: FreshObject = {};
  if (isObject(value)) for (const name of names) setMember(copy, name, value[name]);
  return copy;
}

/** An array without its marks. */
export function unmark(value: Value): Value {
  return isMarked(value) && isArray(value) ? [...value] : value;
}
