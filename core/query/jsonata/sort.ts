import type { Compiler } from './compiler.ts';
import type { Evaluation } from './evaluation.ts';
import type { Frame } from './frame.ts';
import { JsonataError } from './jsonata-error.ts';
import type { SortNode } from './syntax.ts';
import { type ArrayValue, isObject, type Value } from './value.ts';

/** Whether the two are out of order. */
type OutOfOrder<T> = (left: T, right: T) => boolean;

/** Stable merge sort: `outOfOrder` may be an expression's own function, which need not be consistent. */
export function mergeSort<T>(items: readonly T[], outOfOrder: OutOfOrder<T>, evaluation: Evaluation): readonly T[] {
  if (items.length <= 1) return items;
  const middle = items.length >> 1;
  const left = mergeSort(items.slice(0, middle), outOfOrder, evaluation);
  const right = mergeSort(items.slice(middle), outOfOrder, evaluation);
  evaluation.step(items.length);
  const merged: T[] = [];
  let l = 0;
  let r = 0;
  for (let i = 0; i < items.length; i++) {
    const a = left[l];
    const b = right[r];
    // Past its end a half has nothing more; T may itself be undefined, so the counters decide.
    const takeRight = l >= left.length || (r < right.length && outOfOrder(a as T, b as T));
    merged.push((takeRight ? b : a) as T);
    if (takeRight) r++;
    else l++;
  }
  return merged;
}

/** An item with what its sort terms gave, each evaluated when first compared. */
interface Ranked {
  readonly item: Value;
  readonly keys: Value[];
}

/** `^(term, >term)`: the items of a sequence, or its tuples, in order. */
export function compileSort(node: SortNode, compiler: Compiler): (items: ArrayValue, frame: Frame) => ArrayValue {
  const terms = node.terms.map(({ descending, expression }) => ({
    descending,
    evaluate: compiler.compile(expression),
  }));
  return (items, frame) => {
    if (items.length <= 1) return items;
    const { evaluation } = frame;
    evaluation.allocate(items.length * 3);
    const keyOf = (ranked: Ranked, term: number): Value => {
      const { item, keys } = ranked;
      if (term >= keys.length) {
        const tuple = items.tuples === true && isObject(item) ? item : undefined;
        const evaluate = terms[term]?.evaluate;
        keys.push(tuple ? evaluate?.(tuple['@'], frame.withTuple(tuple)) : evaluate?.(item, frame));
      }
      return keys[term];
    };
    const outOfOrder = (left: Ranked, right: Ranked): boolean => {
      for (let term = 0; term < terms.length; term++) {
        const order = compareKeys(keyOf(left, term), keyOf(right, term));
        if (order !== 0) return (terms[term]?.descending === true && Math.abs(order) === 1 ? -order : order) > 0;
      }
      return false;
    };
    const ranked = items.map((item): Ranked => ({ item, keys: [] }));
    const sorted = mergeSort(ranked, outOfOrder, evaluation).map(({ item }) => item);
    return items.tuples === true ? Object.assign(sorted, { tuples: true }) : sorted;
  };
}

/** Beyond ±1 where something is missing: that comes last, in descending order too. */
function compareKeys(left: Value, right: Value): number {
  if (left === undefined) return right === undefined ? 0 : 2;
  if (right === undefined) return -2;
  if (!isSortable(left) || !isSortable(right)) {
    throw new JsonataError('T2008', { value: isSortable(left) ? right : left });
  }
  if (typeof left !== typeof right) throw new JsonataError('T2007', { value: left, value2: right });
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function isSortable(value: Value): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
