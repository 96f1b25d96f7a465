import { type Builtin, builtin } from '../builtin.ts';
import type { Evaluation } from '../evaluation.ts';
import { JsonataError } from '../jsonata-error.ts';
import { mergeSort } from '../sort.ts';
import {
  append,
  apply,
  isArray,
  isDeepEqual,
  isNumeric,
  isObject,
  isSequence,
  isTruthy,
  sequenceOf,
  type Value,
} from '../value.ts';

export const ARRAY_FUNCTIONS: readonly Builtin[] = [
  builtin('append', '<xx:a>', 2, ([first, second], evaluation) => append(first, second, evaluation)),
  builtin('reverse', '<a:a>', 1, ([items], evaluation) => {
    if (!isArray(items) || items.length <= 1) return items;
    evaluation.allocate(items.length);
    return items.toReversed();
  }),
  builtin('sort', '<af?:a>', 2, ([items, comparator], evaluation) => sort(items, comparator, evaluation)),
  builtin('shuffle', '<a:a>', 1, ([items], evaluation) => shuffle(items, evaluation)),
  builtin('distinct', '<x:x>', 1, ([items], evaluation) => distinct(items, evaluation)),
  builtin('zip', '<a+>', 0, (arrays, evaluation) => zip(arrays, evaluation)),
];

function sort(items: Value, comparator: Value, evaluation: Evaluation): Value {
  if (!isArray(items) || items.length <= 1) return items;
  evaluation.allocate(items.length);
  if (comparator !== undefined) {
    return [...mergeSort(items, (a, b) => isTruthy(apply(comparator, [a, b], null, evaluation)), evaluation)];
  }
  if (!items.every(isNumeric) && !items.every((item) => typeof item === 'string')) throw new JsonataError('D3070');
  return [...mergeSort(items, isGreater, evaluation)];
}

function isGreater(a: Value, b: Value): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a > b;
  return Number(a) > Number(b);
}

/** Fisher-Yates, inside out. */
function shuffle(items: Value, evaluation: Evaluation): Value {
  if (!isArray(items) || items.length <= 1) return items;
  evaluation.allocate(items.length);
  const shuffled: Value[] = [];
  for (const [i, item] of items.entries()) {
    const j = Math.floor(evaluation.scope.host.random() * (i + 1));
    shuffled.push(shuffled[j]);
    shuffled[j] = item;
  }
  return shuffled;
}

function distinct(items: Value, evaluation: Evaluation): Value {
  if (!isArray(items) || items.length <= 1) return items;
  const seen = new Map<Value, Value[]>();
  const kept: Value[] = [];
  for (const item of items) {
    evaluation.step();
    const alike = seen.get(likeness(item, evaluation)) ?? [];
    if (alike.some((other) => isDeepEqual(other, item, evaluation))) continue;
    alike.push(item);
    seen.set(likeness(item, evaluation), alike);
    kept.push(item);
  }
  evaluation.allocate(kept.length);
  return isSequence(items) ? sequenceOf(kept) : kept;
}

/** The same for equal values, and most often only for them, so that few need comparing in full. */
function likeness(value: Value, evaluation: Evaluation): Value {
  if (!isArray(value) && !isObject(value)) return value;
  const members = isArray(value) ? value.map((item, i): [string, Value] => [String(i), item]) : Object.entries(value);
  evaluation.step(members.length);
  return members
    .map(([name, member]) => `${JSON.stringify(name)}${isScalar(member) ? JSON.stringify(member) : ''}`)
    .sort()
    .join();
}

function isScalar(value: Value): boolean {
  return typeof value !== 'object' && typeof value !== 'function';
}

function zip(arrays: readonly Value[], evaluation: Evaluation): Value {
  const length = Math.min(...arrays.map((array) => (isArray(array) ? array.length : 0)));
  evaluation.allocate(length * (arrays.length + 1));
  return Array.from({ length }, (_, i) => arrays.map((array) => (isArray(array) ? array[i] : undefined)));
}
