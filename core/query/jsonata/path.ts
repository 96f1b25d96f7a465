import type { Compiler, Evaluate } from './compiler.ts';
import { compileFilter, type Filter } from './filter.ts';
import type { Frame } from './frame.ts';
import { compileGroup } from './group.ts';
import { compileSort } from './sort.ts';
import type { Node, PathNode } from './syntax.ts';
import { compileTupleStep, type TupleStep } from './tuple-path.ts';
import {
  type ArrayValue,
  isArray,
  isObject,
  isSequence,
  memberOf,
  pushAll,
  sequenceOf,
  unwrap,
  type Value,
} from './value.ts';

/** One step of a path that makes no tuples: from a sequence to the sequence of what it finds in each item. */
interface Step {
  readonly evaluate: Evaluate;
  readonly filters: readonly Filter[];
  readonly sort: ReturnType<typeof compileSort> | undefined;
}

/** `a.b[c].d`. Paths of plain names, by far the most, run without making a sequence as long as they meet no array. */
export function compilePath(node: PathNode, compiler: Compiler): Evaluate {
  const walk = compileWalk(node, compiler);
  const names = plainNames(node);
  if (!names) return (input, frame) => unwrapKeeping(walk.from(input, frame), node.keepArray);
  const [first, ...rest] = node.steps;
  const start = compiler.compile(first);
  const isAbsolute = startsAnew(first);
  if (rest.length === 0 && isAbsolute) return start;
  return (input, frame) => {
    if (!isAbsolute && isArray(input)) return unwrap(walk.from(input, frame));
    let value = start(input, frame);
    for (let i = 0; i < names.length; i++) {
      if (typeof value !== 'object' || value === null) return undefined;
      if (isArray(value)) return unwrap(walk.onward(value.constructed ? [value] : value, i + 1, frame));
      value = memberOf(value, names[i] ?? '');
    }
    return value;
  };
}

/** The names after the first step, if there is nothing but names; undefined otherwise. */
function plainNames(node: PathNode): string[] | undefined {
  if (node.group || node.keepSingletonArray || node.keepArray || node.tuple) return undefined;
  const [first, ...rest] = node.steps;
  if (!isPlain(first) || first.type === 'sort' || makesArray(first)) return undefined;
  const names: string[] = [];
  for (const step of rest) {
    if (step.type !== 'name' || !isPlain(step)) return undefined;
    names.push(step.value);
  }
  return names;
}

function isPlain(step: Node): boolean {
  return !(step.stages || step.predicate || step.tuple || step.focus || step.index || step.group || step.keepArray);
}

/** Whether a first step is an array as written, possibly in parentheses: it is taken once, not for each item. */
function makesArray(first: Node): boolean {
  if (first.type === 'block') return first.consarray === true;
  return first.type === 'unary' && first.value === '[' && first.consarray === true;
}

/** Whether the first step does not depend on the context value, so that an array of those makes no difference. */
function startsAnew(first: Node): boolean {
  return first.type === 'variable' || first.type === 'states';
}

interface Walk {
  from(input: Value, frame: Frame): Value;
  /** Goes on with a sequence at a step that makes no tuples, nor does any after it. */
  onward(sequence: ArrayValue, index: number, frame: Frame): Value;
}

function compileWalk(node: PathNode, compiler: Compiler): Walk {
  const steps = node.steps.map((step) => compileStep(step, compiler));
  const tupleSteps = compileTupleSteps(node, compiler);
  const group = node.group ? compileGroup(node.group, compiler) : undefined;
  const [first] = node.steps;
  const isAbsolute = startsAnew(first);
  const isConstructed = makesArray(first);
  const firstTuple = node.steps.findIndex((step) => step.tuple);
  const plainSteps = firstTuple === -1 ? steps.length : firstTuple;

  const walkSteps = (start: ArrayValue, index: number, frame: Frame): ArrayValue => {
    let sequence = start;
    for (let i = index; i < plainSteps; i++) {
      const step = steps[i];
      if (!step) break;
      if (i === 0 && isConstructed) {
        const constructed = step.evaluate(sequence, frame);
        sequence = isArray(constructed) ? constructed : sequenceOf([]);
      } else sequence = takeStep(step, sequence, frame, i === steps.length - 1);
      if (sequence.length === 0) break;
    }
    return sequence;
  };
  const finish = (sequence: ArrayValue, frame: Frame): Value => {
    const result = node.keepSingletonArray ? keepSingleton(sequence) : sequence;
    return group ? group(result, frame) : result;
  };
  return {
    from: (input, frame) => {
      const start = isArray(input) && !isAbsolute ? input : sequenceOf([input]);
      const sequence = walkSteps(start, 0, frame);
      if (firstTuple === -1) return finish(sequence, frame);
      if (firstTuple > 0 && sequence.length === 0) return finish(sequence, frame);
      return walkTuples(node, tupleSteps, sequence, frame, group);
    },
    onward: (sequence, index, frame) => finish(walkSteps(sequence, index, frame), frame),
  };
}

function compileStep(node: Node, compiler: Compiler): Step {
  const filters: Filter[] = [];
  for (const stage of node.stages ?? []) if (stage.type === 'filter') filters.push(compileFilter(stage.expr, compiler));
  if (node.type === 'sort') return { evaluate: () => undefined, filters, sort: compileSort(node, compiler) };
  return { evaluate: compiler.compile(node), filters, sort: undefined };
}

function takeStep(step: Step, input: ArrayValue, frame: Frame, isLast: boolean): ArrayValue {
  const { evaluation } = frame;
  if (step.sort) {
    const sorted = step.sort(input, frame);
    return step.filters.reduce((items, filter) => filter(items, frame), sorted);
  }
  evaluation.step(input.length);
  const results: Value[] = [];
  for (const item of input) {
    let found = step.evaluate(item, frame);
    for (const filter of step.filters) found = filter(found, frame);
    if (found !== undefined) results.push(found);
  }
  const [only] = results;
  if (isLast && results.length === 1 && isArray(only) && !isSequence(only)) return only;
  return flatten(results, frame);
}

function flatten(results: Value[], frame: Frame): ArrayValue {
  if (!results.some((result) => isArray(result))) {
    frame.evaluation.allocate(results.length);
    return sequenceOf(results);
  }
  const flat: Value[] = [];
  for (const result of results) {
    if (isArray(result) && result.constructed !== true) pushAll(flat, result, frame.evaluation);
    else flat.push(result);
  }
  return sequenceOf(flat);
}

function keepSingleton(items: ArrayValue): ArrayValue {
  if (items.sequence !== true && items.constructed !== true) return items;
  const sequence = sequenceOf(items.sequence === true ? [...items] : [items]);
  if (items.tuples === true) sequence.tuples = true;
  sequence.keepSingleton = true;
  return sequence;
}

/** As `unwrap`, where `[]` may have asked to keep one item an array. */
export function unwrapKeeping(value: Value, keepArray = false): Value {
  return keepArray && isSequence(value) ? unwrap(keepSingleton(value)) : unwrap(value);
}

function compileTupleSteps(node: PathNode, compiler: Compiler): readonly TupleStep[] {
  const firstTuple = node.steps.findIndex((step) => step.tuple);
  return firstTuple === -1 ? [] : node.steps.slice(firstTuple).map((step) => compileTupleStep(step, compiler));
}

/** The rest of a path from the first step that makes tuples. */
function walkTuples(
  node: PathNode,
  steps: readonly TupleStep[],
  input: ArrayValue,
  frame: Frame,
  group: ReturnType<typeof compileGroup> | undefined,
): Value {
  let tuples: ArrayValue | undefined;
  for (const step of steps) tuples = step(tuples ?? input, tuples !== undefined, frame);
  const stream = tuples ?? sequenceOf([]);
  if (group) return group(stream, frame);
  if (node.tuple) return stream;
  const items = stream.map((tuple) => (isObject(tuple) ? tuple['@'] : undefined));
  frame.evaluation.allocate(items.length);
  const sequence = sequenceOf(items);
  if (node.keepSingletonArray) sequence.keepSingleton = true;
  return sequence;
}
