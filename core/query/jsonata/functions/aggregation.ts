import { type Builtin, builtin } from '../builtin.ts';
import type { Evaluation } from '../evaluation.ts';
import { isArray, type Value } from '../value.ts';

export const AGGREGATION_FUNCTIONS: readonly Builtin[] = [
  builtin('sum', '<a<n>:n>', 1, ([items], evaluation) => numbersOf(items, evaluation)?.reduce(add, 0)),
  builtin('count', '<a:n>', 1, ([items]) => (isArray(items) ? items.length : 0)),
  builtin('max', '<a<n>:n>', 1, ([items], evaluation) => extreme(items, evaluation, (a, b) => a > b)),
  builtin('min', '<a<n>:n>', 1, ([items], evaluation) => extreme(items, evaluation, (a, b) => a < b)),
  builtin('average', '<a<n>:n>', 1, ([items], evaluation) => {
    const numbers = numbersOf(items, evaluation);
    return numbers && numbers.length > 0 ? numbers.reduce(add, 0) / numbers.length : undefined;
  }),
];

function add(a: number, b: number): number {
  return a + b;
}

/** Undefined if there is no array; the signature has seen to it that it holds numbers. */
function numbersOf(items: Value, evaluation: Evaluation): readonly number[] | undefined {
  if (!isArray(items)) return undefined;
  evaluation.step(items.length);
  return items.map(Number);
}

function extreme(items: Value, evaluation: Evaluation, beats: (a: number, b: number) => boolean): number | undefined {
  const [first, ...rest] = numbersOf(items, evaluation) ?? [];
  return first === undefined ? undefined : rest.reduce((best, number) => (beats(number, best) ? number : best), first);
}
