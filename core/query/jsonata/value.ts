import type { Evaluation } from './evaluation.ts';
import { JsonataError } from './jsonata-error.ts';
import type { LinearRegex } from './regex.ts';

/**
 * What an expression computes with: JSON, nothing (undefined), and functions. Values that come from a state's data
 * are shared and never written to; marks are put on arrays the evaluation made itself.
 */
export type Value = undefined | null | boolean | number | string | ArrayValue | ObjectValue | Callable;

export interface ObjectValue {
  readonly [name: string]: Value;
}

/** An array, with JSONata's marks: see "Sequences" in its documentation. */
export interface ArrayValue extends ReadonlyArray<Value> {
  /** Made by a path or a function: flattened into other sequences, and with one item the same as that item. */
  readonly sequence?: boolean;
  /** `[]` was written: one item stays an array. */
  readonly keepSingleton?: boolean;
  /** Made by an array constructor that begins or ends a path: not flattened. */
  readonly constructed?: boolean;
  /** Its items are tuples: bindings made by `@`, `#` and `%`, with the item itself under '@'. */
  readonly tuples?: boolean;
}

export interface FreshArray extends Array<Value> {
  sequence?: boolean;
  keepSingleton?: boolean;
  constructed?: boolean;
  tuples?: boolean;
}

export type FreshObject = { [name: string]: Value };

/** A function as a value. Only `apply` calls one: it alone knows what to do with a tail call. */
export interface Callable {
  (args: readonly Value[], input: Value, evaluation: Evaluation): Value | TailCall;
  /** How many arguments a higher order function may pass. */
  readonly arity: number;
  /** Of a regular expression: what lets a function search with it directly. */
  readonly regex?: LinearRegex;
}

/** What a function's body returns in place of a call in tail position, so that the stack does not grow. */
export class TailCall {
  readonly callee: Value;
  readonly args: readonly Value[];
  readonly token: string | undefined;

  constructor(callee: Value, args: readonly Value[], token: string | undefined) {
    this.callee = callee;
    this.args = args;
    this.token = token;
  }
}

/** Calls a function with its arguments; `input` is the context value that stands in for a missing argument. */
export function apply(callee: Value, args: readonly Value[], input: Value, evaluation: Evaluation): Value {
  let result = invoke(callee, args, input, evaluation);
  while (result instanceof TailCall) {
    const { callee: next, args: nextArgs, token } = result;
    try {
      result = invoke(next, nextArgs, input, evaluation);
    } catch (error) {
      if (error instanceof JsonataError) error.blame(token);
      throw error;
    }
  }
  return result;
}

function invoke(callee: Value, args: readonly Value[], input: Value, evaluation: Evaluation): Value | TailCall {
  evaluation.step();
  if (typeof callee !== 'function') throw new JsonataError('T1006');
  return callee(args, input, evaluation);
}

export function isArray(value: Value): value is ArrayValue {
  return Array.isArray(value);
}

export function isObject(value: Value): value is ObjectValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isSequence(value: Value): value is ArrayValue {
  return Array.isArray(value) && (value as ArrayValue).sequence === true; // Array.isArray narrows to any[]
}

/** A sequence of these items; the array given becomes it. */
export function sequenceOf(items: Value[]): FreshArray {
  const sequence: FreshArray = items;
  sequence.sequence = true;
  return sequence;
}

/** Gives up a sequence for its only item, and an empty one for nothing. */
export function unwrap(value: Value): Value {
  if (!isSequence(value) || value.tuples === true) return value;
  if (value.length === 0) return undefined;
  return value.length === 1 && value.keepSingleton !== true ? value[0] : value;
}

export function memberOf(object: ObjectValue, name: string): Value {
  const value = object[name];
  return value === undefined || Object.hasOwn(object, name) ? value : undefined;
}

/** The members of that name: of an object its own, of an array those of all its items. */
export function lookup(input: Value, name: string, evaluation: Evaluation): Value {
  if (isObject(input)) return memberOf(input, name);
  if (!isArray(input)) return undefined;
  const result: Value[] = [];
  evaluation.step(input.length);
  for (const item of input) {
    const found = lookup(item, name, evaluation);
    if (found === undefined) continue;
    if (isArray(found)) pushAll(result, found, evaluation);
    else result.push(found);
  }
  evaluation.allocate(result.length);
  return sequenceOf(result);
}

export function pushAll(target: Value[], items: ArrayValue, evaluation: Evaluation): void {
  evaluation.allocate(items.length);
  for (const item of items) target.push(item);
}

/** Both values as one array; nothing adds nothing. */
export function append(first: Value, second: Value, evaluation: Evaluation): Value {
  if (first === undefined) return second;
  if (second === undefined) return first;
  const head = isArray(first) ? first : [first];
  const tail = isArray(second) ? second : [second];
  evaluation.allocate(head.length + tail.length);
  return [...head, ...tail];
}

/** JSONata's notion of true: not empty, not zero, and for an array any item true. Nothing gives nothing. */
export function booleanOf(value: Value): boolean | undefined {
  return value === undefined ? undefined : isTruthy(value);
}

export function isTruthy(value: Value): boolean {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      return value.length > 0;
    case 'number':
      return isNumeric(value) && value !== 0;
    case 'object':
      if (value === null) return false;
      if (isArray(value)) return value.length === 1 ? isTruthy(value[0]) : value.some(isTruthy);
      return Object.keys(value).length > 0;
    default:
      return false;
  }
}

/** @throws {JsonataError} on an infinite number, which JSON has no name for. */
export function isNumeric(value: Value): value is number {
  if (typeof value !== 'number' || Number.isNaN(value)) return false;
  if (!Number.isFinite(value)) throw new JsonataError('D1001', { value });
  return true;
}

export function isDeepEqual(left: Value, right: Value, evaluation: Evaluation): boolean {
  if (left === right) return true;
  evaluation.step();
  if (isArray(left)) {
    return (
      isArray(right) && left.length === right.length && left.every((item, i) => isDeepEqual(item, right[i], evaluation))
    );
  }
  if (!isObject(left) || !isObject(right)) return false;
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => Object.hasOwn(right, name) && isDeepEqual(left[name], right[name], evaluation));
}
