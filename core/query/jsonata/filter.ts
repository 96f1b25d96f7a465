import type { Compiler } from './compiler.ts';
import type { Frame } from './frame.ts';
import type { Node } from './syntax.ts';
import { type ArrayValue, isArray, isNumeric, isObject, isTruthy, sequenceOf, type Value } from './value.ts';

/** `[predicate]`: the items of a sequence that it holds for, or the one at its index. */
export type Filter = (input: Value, frame: Frame) => ArrayValue;

export function compileFilter(predicate: Node, compiler: Compiler): Filter {
  if (predicate.type === 'number') return itemAt(Math.floor(Number(predicate.value)));
  const test = compiler.compile(predicate);
  return (input, frame) => {
    const items = isArray(input) ? input : [input];
    const { evaluation } = frame;
    evaluation.step(items.length);
    const kept: Value[] = [];
    for (let i = 0; i < items.length; i++) {
      const item = items[i];
      // What holds tuples is known by its mark; the item they carry is the context.
      const tuple = isArray(input) && input.tuples === true && isObject(item) ? item : undefined;
      const verdict = tuple ? test(tuple['@'], frame.withTuple(tuple)) : test(item, frame);
      for (let times = timesKept(verdict, i, items.length); times > 0; times--) kept.push(item);
    }
    evaluation.allocate(kept.length);
    return mark(kept, input);
  };
}

function itemAt(index: number): Filter {
  return (input) => {
    const items = isArray(input) ? input : [input];
    const item = items[index < 0 ? items.length + index : index];
    if (item === undefined) return mark([], input);
    return isArray(item) ? item : mark([item], input);
  };
}

function mark(items: Value[], input: Value): ArrayValue {
  const sequence = sequenceOf(items);
  if (isArray(input) && input.tuples === true) sequence.tuples = true;
  return sequence;
}

/** Numbers are indices, counted from the end if negative; any other value holds or does not. */
function timesKept(verdict: Value, index: number, length: number): number {
  if (isNumeric(verdict)) return isIndex(verdict, index, length) ? 1 : 0;
  if (isArray(verdict) && verdict.every(isNumeric)) {
    return verdict.filter((number) => isIndex(Number(number), index, length)).length;
  }
  return isTruthy(verdict) ? 1 : 0;
}

function isIndex(number: number, index: number, length: number): boolean {
  const position = Math.floor(number);
  return index === (position < 0 ? length + position : position);
}
