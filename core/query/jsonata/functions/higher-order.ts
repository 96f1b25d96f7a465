import { setMember } from '../../../json.ts';
import { type Builtin, builtin } from '../builtin.ts';
import type { Evaluation } from '../evaluation.ts';
import { JsonataError } from '../jsonata-error.ts';
import { apply, type FreshObject, isArray, isObject, isTruthy, sequenceOf, type Value } from '../value.ts';

export const HIGHER_ORDER_FUNCTIONS: readonly Builtin[] = [
  builtin('map', '<af>', 2, ([items, fn], evaluation) => {
    if (!isArray(items)) return undefined;
    evaluation.allocate(items.length);
    const mapped: Value[] = [];
    for (let i = 0; i < items.length; i++) {
      const value = call(fn, items[i], i, items, evaluation);
      if (value !== undefined) mapped.push(value);
    }
    return sequenceOf(mapped);
  }),
  builtin('filter', '<af>', 2, ([items, fn], evaluation) => {
    if (!isArray(items)) return undefined;
    evaluation.allocate(items.length);
    return sequenceOf(items.filter((item, i) => isTruthy(call(fn, item, i, items, evaluation))));
  }),
  builtin('single', '<af?>', 2, ([items, fn], evaluation) => single(items, fn, evaluation)),
  builtin('reduce', '<afj?:j>', 3, ([items, fn, initial], evaluation) => reduce(items, fn, initial, evaluation)),
  builtin('sift', '<o-f?:o>', 2, ([object, fn], evaluation) => {
    const sifted: FreshObject = {};
    for (const [name, value] of membersOf(object, evaluation)) {
      if (isTruthy(call(fn, value, name, object, evaluation))) setMember(sifted, name, value);
    }
    return Object.keys(sifted).length === 0 ? undefined : sifted;
  }),
  builtin('each', '<o-f:a>', 2, ([object, fn], evaluation) => {
    const values: Value[] = [];
    for (const [name, value] of membersOf(object, evaluation)) {
      const result = call(fn, value, name, object, evaluation);
      if (result !== undefined) values.push(result);
    }
    return sequenceOf(values);
  }),
];

/** Passes no more arguments than the function takes: a built-in one refuses those it does not know. */
function call(fn: Value, value: Value, place: Value, whole: Value, evaluation: Evaluation): Value {
  const arity = typeof fn === 'function' ? fn.arity : 1;
  const args = arity >= 3 ? [value, place, whole] : arity === 2 ? [value, place] : [value];
  return apply(fn, args, null, evaluation);
}

function membersOf(object: Value, evaluation: Evaluation): readonly [string, Value][] {
  if (!isObject(object)) return [];
  const members = Object.entries(object);
  evaluation.allocate(members.length * 2);
  return members;
}

function single(items: Value, fn: Value, evaluation: Evaluation): Value {
  if (!isArray(items)) return undefined;
  const matching = items.filter((item, i) => fn === undefined || isTruthy(call(fn, item, i, items, evaluation)));
  if (matching.length === 0) throw new JsonataError('D3139');
  if (matching.length > 1) throw new JsonataError('D3138');
  return matching[0];
}

function reduce(items: Value, fn: Value, initial: Value, evaluation: Evaluation): Value {
  if (!isArray(items)) return undefined;
  const arity = typeof fn === 'function' ? fn.arity : 0;
  if (arity < 2) throw new JsonataError('D3050');
  const startsWithFirst = initial === undefined && items.length > 0;
  let result = startsWithFirst ? items[0] : initial;
  for (let i = startsWithFirst ? 1 : 0; i < items.length; i++) {
    const args = [result, items[i], i, items].slice(0, Math.max(2, Math.min(arity, 4)));
    result = apply(fn, args, null, evaluation);
  }
  return result;
}
