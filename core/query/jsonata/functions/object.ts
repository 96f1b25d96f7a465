import { setMember } from '../../../json.ts';
import { type Builtin, builtin } from '../builtin.ts';
import { checkDepth, copyDeep } from '../copy.ts';
import type { Evaluation } from '../evaluation.ts';
import { JsonataError } from '../jsonata-error.ts';
import {
  booleanOf,
  type FreshObject,
  isArray,
  isNumeric,
  isObject,
  lookup,
  pushAll,
  sequenceOf,
  type Value,
} from '../value.ts';

export const OBJECT_FUNCTIONS: readonly Builtin[] = [
  builtin('keys', '<x-:a<s>>', 1, ([value], evaluation) => {
    const names = new Set<string>();
    collectNames(value, names, evaluation, 0);
    evaluation.allocate(names.size);
    return sequenceOf([...names]);
  }),
  builtin('lookup', '<x-s:x>', 2, ([value, name], evaluation) => lookup(value, String(name), evaluation)),
  builtin('spread', '<x-:a<o>>', 1, ([value], evaluation) => spread(value, evaluation, 0)),
  builtin('merge', '<a<o>:o>', 1, ([objects], evaluation) => merge(objects, evaluation)),
  builtin('exists', '<x:b>', 1, ([value]) => value !== undefined),
  builtin('type', '<x:s>', 1, ([value]) => typeOf(value)),
  builtin('clone', '<(oa)-:o>', 1, ([value], evaluation) => copyDeep(value, evaluation, new Map())),
  builtin('boolean', '<x-:b>', 1, ([value]) => booleanOf(value)),
  builtin('not', '<x-:b>', 1, ([value]) => {
    const truth = booleanOf(value);
    return truth === undefined ? undefined : !truth;
  }),
  builtin('error', '<s?:x>', 1, ([message]) => {
    throw new JsonataError('D3137', { message: String(message || '$error() function evaluated') });
  }),
  builtin('assert', '<bs?:x>', 2, ([condition, message]) => {
    if (!condition) throw new JsonataError('D3141', { message: String(message || '$assert() statement failed') });
    return undefined;
  }),
];

function collectNames(value: Value, names: Set<string>, evaluation: Evaluation, depth: number): void {
  checkDepth(depth);
  evaluation.step();
  if (isArray(value)) for (const item of value) collectNames(item, names, evaluation, depth + 1);
  else if (isObject(value)) for (const name of Object.keys(value)) names.add(name);
}

/** An object as a sequence of objects of one member each. */
function spread(value: Value, evaluation: Evaluation, depth: number): Value {
  checkDepth(depth);
  if (isArray(value)) {
    const all: Value[] = [];
    for (const item of value) {
      const parts = spread(item, evaluation, depth + 1);
      if (isArray(parts)) pushAll(all, parts, evaluation);
      else all.push(parts);
    }
    return value.length === 0 ? sequenceOf(all) : all;
  }
  if (!isObject(value)) return value;
  const names = Object.keys(value);
  evaluation.allocate(names.length * 3);
  return sequenceOf(
    names.map((name) => {
      const single: FreshObject = {};
      setMember(single, name, value[name]);
      return single;
    }),
  );
}

function merge(objects: Value, evaluation: Evaluation): Value {
  if (!isArray(objects)) return undefined;
  const merged: FreshObject = {};
  for (const object of objects) {
    if (!isObject(object)) continue;
    const names = Object.keys(object);
    evaluation.allocate(names.length);
    for (const name of names) setMember(merged, name, object[name]);
  }
  return merged;
}

function typeOf(value: Value): string | undefined {
  if (value === null) return 'null';
  if (isArray(value)) return 'array';
  if (typeof value === 'number') return isNumeric(value) ? 'number' : 'object';
  return value === undefined ? undefined : typeof value;
}
