import { isArray, isObject, type Json } from '../json.ts';

/** Applies one of Jayway's functions to what the path has come to. Undefined where it has no answer: nothing found. */
type PathFunction = (value: Json, args: readonly Json[]) => Json | undefined;

/** The functions a path may end in. Source: "Functions" in the README of github.com/json-path/JsonPath. */
const PATH_FUNCTIONS: { readonly [name: string]: PathFunction } = {
  length: (value, args) => sizeOf(args.length === 0 ? value : args[0]),
  size: (value, args) => sizeOf(args.length === 0 ? value : args[0]),
  keys: (value) => (isObject(value) ? Object.keys(value) : undefined),
  first: (value) => (isArray(value) ? value[0] : undefined),
  last: (value) => (isArray(value) ? value.at(-1) : undefined),
  index: (value, [at]) => (isArray(value) && typeof at === 'number' ? value.at(at) : undefined),
  append: (value, args) => (isArray(value) ? [...value, ...args] : undefined),
  concat: (value, args) => textsOf([value, ...args]).join(''),
  min: (value, args) => aggregate(value, args, (numbers) => numbers.reduce((a, b) => Math.min(a, b))),
  max: (value, args) => aggregate(value, args, (numbers) => numbers.reduce((a, b) => Math.max(a, b))),
  sum: (value, args) => aggregate(value, args, sum),
  avg: (value, args) => aggregate(value, args, mean),
  stddev: (value, args) => aggregate(value, args, standardDeviation),
};

export function isPathFunction(name: string): boolean {
  return Object.hasOwn(PATH_FUNCTIONS, name);
}

export function callPathFunction(name: string, value: Json, args: readonly Json[]): Json | undefined {
  return PATH_FUNCTIONS[name]?.(value, args);
}

function sizeOf(value: Json | undefined): number | undefined {
  if (isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : undefined;
}

function aggregate(value: Json, args: readonly Json[], fold: (numbers: readonly number[]) => number): Json | undefined {
  const numbers = [value, ...args].flat().filter((item) => typeof item === 'number');
  return numbers.length === 0 ? undefined : fold(numbers);
}

function textsOf(values: readonly Json[]): string[] {
  return values.flat().filter((item) => typeof item === 'string');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b);
}

function mean(numbers: readonly number[]): number {
  return sum(numbers) / numbers.length;
}

function standardDeviation(numbers: readonly number[]): number {
  const average = mean(numbers);
  return Math.sqrt(mean(numbers.map((number) => (number - average) ** 2)));
}
