import type { Compiler } from './compiler.ts';
import { compileFilter } from './filter.ts';
import type { Frame } from './frame.ts';
import { compileSort } from './sort.ts';
import type { Node, Stage } from './syntax.ts';
import {
  type ArrayValue,
  type FreshArray,
  type FreshObject,
  isArray,
  isObject,
  sequenceOf,
  type Value,
} from './value.ts';

/**
 * A step of a path in which `@`, `#` or `%` is used: from tuples to tuples. A tuple binds names to values, '@' to the
 * item itself. `areTuples` tells whether the input is already a stream of them.
 */
export type TupleStep = (input: ArrayValue, areTuples: boolean, frame: Frame) => ArrayValue;

export function compileTupleStep(node: Node, compiler: Compiler): TupleStep {
  const stages = (node.stages ?? []).map((stage) => compileStage(stage, compiler));
  const step = node.type === 'sort' ? compileSortStep(node, compiler) : compileItemStep(node, compiler);
  return (input, areTuples, frame) =>
    stages.reduce((tuples, stage) => stage(tuples, frame), step(input, areTuples, frame));
}

type TupleStage = (tuples: ArrayValue, frame: Frame) => ArrayValue;

function compileStage(stage: Stage, compiler: Compiler): TupleStage {
  if (stage.type === 'filter') return compileFilter(stage.expr, compiler);
  return (tuples, frame) => numberTuples(tuples, stage.value, frame);
}

/** `#$i`: each tuple with its position. */
function numberTuples(tuples: ArrayValue, name: string, frame: Frame): ArrayValue {
  frame.evaluation.allocate(tuples.length * 2);
  return tupleStream(tuples.map((tuple, i) => bindings(tuple, { [name]: i })));
}

function compileSortStep(node: Node & { type: 'sort' }, compiler: Compiler): TupleStep {
  const sort = compileSort(node, compiler);
  const { index } = node;
  return (input, areTuples, frame) => {
    const sorted = sort(input, frame);
    if (areTuples) return sorted;
    frame.evaluation.allocate(sorted.length * 2);
    return tupleStream(
      sorted.map((item, i) => bindings(undefined, index === undefined ? { '@': item } : { '@': item, [index]: i })),
    );
  };
}

function compileItemStep(node: Node, compiler: Compiler): TupleStep {
  const evaluate = compiler.compile(node);
  return (input, areTuples, frame) => {
    const { evaluation } = frame;
    evaluation.step(input.length);
    const results: Value[] = [];
    for (const item of input) {
      const tuple = areTuples ? item : bindings(undefined, { '@': item });
      if (!isObject(tuple)) continue;
      const found = evaluate(tuple['@'], frame.withTuple(tuple));
      if (found === undefined) continue;
      const items = isArray(found) ? found : [found];
      evaluation.allocate(items.length * 2);
      const nested = isArray(found) && found.tuples === true;
      for (let i = 0; i < items.length; i++) {
        results.push(nested ? bindings(tuple, items[i]) : bind(node, tuple, items[i], i));
      }
    }
    return tupleStream(results);
  };
}

/** The tuple of one item that a step found in the item of another tuple. */
function bind(node: Node, tuple: Value, item: Value, position: number): FreshObject {
  const bound = bindings(tuple, undefined);
  const parent = bound['@'];
  if (node.focus === undefined) bound['@'] = item;
  else bound[node.focus] = item;
  if (node.index !== undefined) bound[node.index] = position;
  if (node.ancestor !== undefined) bound[node.ancestor.label] = parent;
  return bound;
}

/** Names are the expression's, so the object has no prototype for them to collide with. */
function bindings(first: Value, second: Value): FreshObject {
  return Object.assign(Object.create(null), first, second);
}

function tupleStream(tuples: Value[]): FreshArray {
  const stream = sequenceOf(tuples);
  stream.tuples = true;
  return stream;
}
