import { setMember } from '../../json.ts';
import type { Compiler } from './compiler.ts';
import type { Frame } from './frame.ts';
import { JsonataError } from './jsonata-error.ts';
import type { Group } from './syntax.ts';
import { append, type FreshObject, isArray, isObject, type ObjectValue, type Value } from './value.ts';

interface Entry {
  data: Value;
  readonly pair: number;
}

/** `{key: value}`: an object whose members gather the items of the input by key. */
export function compileGroup(group: Group, compiler: Compiler): (input: Value, frame: Frame) => ObjectValue {
  const pairs = group.lhs.map(([key, value]) => ({ key: compiler.compile(key), value: compiler.compile(value) }));
  const literal = compileLiteralKeys(group, compiler);
  return (input, frame) => {
    if (literal && !isArray(input)) return literal(input, frame);
    const { evaluation } = frame;
    const overTuples = isArray(input) && input.tuples === true;
    const items = isArray(input) ? (input.length === 0 && !overTuples ? [undefined] : input) : [input];
    const entries = new Map<string, Entry>();
    evaluation.step(items.length * pairs.length);
    for (const item of items) {
      const tuple = overTuples && isObject(item) ? item : undefined;
      const scope = tuple ? frame.withTuple(tuple) : frame;
      pairs.forEach(({ key }, pair) => {
        const name = key(tuple ? tuple['@'] : item, scope);
        if (name === undefined) return;
        if (typeof name !== 'string') throw new JsonataError('T1003', { value: name });
        const entry = entries.get(name);
        if (!entry) entries.set(name, { data: item, pair });
        else if (entry.pair !== pair) throw new JsonataError('D1009', { value: name });
        else entry.data = append(entry.data, item, evaluation);
      });
    }
    evaluation.allocate(entries.size + 1);
    const result: FreshObject = {};
    for (const [name, { data, pair }] of entries) {
      let context = data;
      let scope = frame;
      if (overTuples) {
        const tuple = isArray(data) ? mergeTuples(data, frame) : data;
        if (isObject(tuple)) {
          context = tuple['@'];
          scope = frame.withTuple(tuple);
        }
      }
      const value = pairs[pair]?.value(context, scope);
      if (value !== undefined) setMember(result, name, value);
    }
    return result;
  };
}

/** The common case: keys that are written out and differ, so that a single item needs no gathering. */
function compileLiteralKeys(
  group: Group,
  compiler: Compiler,
): ((input: Value, frame: Frame) => ObjectValue) | undefined {
  const members: { readonly name: string; readonly evaluate: ReturnType<Compiler['compile']> }[] = [];
  for (const [key, value] of group.lhs) {
    if (key.type !== 'string' || typeof key.value !== 'string' || key.predicate || key.group) return undefined;
    members.push({ name: key.value, evaluate: compiler.compile(value) });
  }
  if (new Set(members.map(({ name }) => name)).size < members.length) return undefined;
  return (input, frame) => {
    frame.evaluation.allocate(members.length + 1);
    const result: FreshObject = {};
    for (const { name, evaluate } of members) {
      const value = evaluate(input, frame);
      if (value !== undefined) setMember(result, name, value);
    }
    return result;
  };
}

/** Several tuples as one: under each name the values of all. */
function mergeTuples(tuples: readonly Value[], frame: Frame): ObjectValue {
  const merged: FreshObject = Object.create(null);
  for (const tuple of tuples) {
    if (!isObject(tuple)) continue;
    for (const name of Object.keys(tuple)) merged[name] = append(merged[name], tuple[name], frame.evaluation);
  }
  return merged;
}
