import type { RE2JS } from 're2js';
import { isArray, isObject, type Json, jsonEqual } from '../json.ts';
import { type Condition, isDefinite, type Operand, type RelativePath } from './json-path-syntax.ts';
import { type PathSearch, spend } from './path-search.ts';

/** Whether an item holds. @throws {StatesError} as `spend`'s. */
export type Holds = (item: Json, search: PathSearch) => boolean;
type Find = (item: Json, search: PathSearch) => Json | undefined;
/** Compiles a path of the condition; handed in because paths hold conditions and conditions hold paths. */
type CompilePath = (path: RelativePath) => Find;

/** Compiles the condition of a filter: `@.price < 10 && @.name =~ /a.*z/i`. */
export function compileCondition(condition: Condition, compilePath: CompilePath): Holds {
  switch (condition.type) {
    case 'and': {
      const parts = condition.conditions.map((part) => compileCondition(part, compilePath));
      return (item, search) => parts.every((holds) => holds(item, search));
    }
    case 'or': {
      const parts = condition.conditions.map((part) => compileCondition(part, compilePath));
      return (item, search) => parts.some((holds) => holds(item, search));
    }
    case 'not': {
      const holds = compileCondition(condition.condition, compilePath);
      return (item, search) => !holds(item, search);
    }
    case 'exists': {
      const find = compilePath(condition.path);
      const definite = isDefinite(condition.path.steps);
      return (item, search) => {
        spend(search, 1);
        const found = find(item, search);
        return found !== undefined && (definite || !isArray(found) || found.length > 0);
      };
    }
    case 'compare':
      return compileComparison(condition.operator, condition.left, condition.right, compilePath);
  }
}

function compileComparison(operator: string, left: Operand, right: Operand, compilePath: CompilePath): Holds {
  if (left.type === 'pattern' || right.type === 'pattern') {
    if (operator !== '=~' || left.type === right.type) return () => false;
    const pattern = left.type === 'pattern' ? left.pattern : right.type === 'pattern' ? right.pattern : undefined;
    const find = compileOperand(left.type === 'pattern' ? right : left, compilePath);
    return (item, search) => pattern !== undefined && matches(pattern, find(item, search), search);
  }
  const compare = COMPARISONS[operator];
  if (compare === undefined) return () => false;
  const findLeft = compileOperand(left, compilePath);
  const findRight = compileOperand(right, compilePath);
  return (item, search) => {
    const leftValue = findLeft(item, search);
    const rightValue = findRight(item, search);
    spend(search, itemCount(leftValue) * itemCount(rightValue));
    return compare(leftValue, rightValue);
  };
}

function compileOperand(operand: Operand, compilePath: CompilePath): Find {
  if (operand.type === 'path') return compilePath(operand);
  const value = operand.type === 'literal' ? operand.value : undefined;
  return () => value;
}

type Compare = (left: Json | undefined, right: Json | undefined) => boolean;

/** Jayway's operators on JSON. A side that was not found equals nothing, not even another that was not found. */
const COMPARISONS: { readonly [operator: string]: Compare } = {
  '==': looselyEqual,
  '!=': (left, right) => !looselyEqual(left, right),
  '===': strictlyEqual,
  '!==': (left, right) => !strictlyEqual(left, right),
  '<': (left, right) => ordered(left, right, (order) => order < 0),
  '<=': (left, right) => ordered(left, right, (order) => order <= 0),
  '>': (left, right) => ordered(left, right, (order) => order > 0),
  '>=': (left, right) => ordered(left, right, (order) => order >= 0),
  in: (left, right) => isArray(right) && holdsItem(right, left),
  nin: (left, right) => !(isArray(right) && holdsItem(right, left)),
  subsetof: (left, right) => isArray(left) && isArray(right) && left.every((item) => holdsItem(right, item)),
  anyof: (left, right) => isArray(left) && isArray(right) && left.some((item) => holdsItem(right, item)),
  noneof: (left, right) => isArray(left) && isArray(right) && !left.some((item) => holdsItem(right, item)),
  all: (left, right) => isArray(left) && isArray(right) && right.every((item) => holdsItem(left, item)),
  contains: (left, right) =>
    typeof left === 'string'
      ? typeof right === 'string' && left.includes(right)
      : isArray(left) && holdsItem(left, right),
  size: (left, right) => typeof right === 'number' && lengthOf(left) === right,
  empty: (left, right) =>
    typeof right === 'boolean' && (lengthOf(left) === 0) === right && lengthOf(left) !== undefined,
};

/** Equal as the left side's type sees it: a number reads a text as a number, a text reads a number as a text. */
function looselyEqual(left: Json | undefined, right: Json | undefined): boolean {
  if (typeof left === 'number' && typeof right === 'string') return right.trim() !== '' && left === Number(right);
  if (typeof left === 'string' && typeof right === 'number') return left === String(right);
  return strictlyEqual(left, right);
}

function strictlyEqual(left: Json | undefined, right: Json | undefined): boolean {
  return left !== undefined && right !== undefined && jsonEqual(left, right);
}

function ordered(left: Json | undefined, right: Json | undefined, holds: (order: number) => boolean): boolean {
  if (typeof left === 'number' && typeof right === 'number') return holds(left - right);
  if (typeof left !== 'string' || typeof right !== 'string') return false;
  return holds(left < right ? -1 : left > right ? 1 : 0);
}

function holdsItem(items: readonly Json[], item: Json | undefined): boolean {
  return items.some((candidate) => looselyEqual(candidate, item));
}

function lengthOf(value: Json | undefined): number | undefined {
  if (typeof value === 'string' || isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : undefined;
}

function itemCount(value: Json | undefined): number {
  return isArray(value) ? value.length + 1 : 1;
}

/** Units of text times instructions of a pattern that cost as much as looking at a value. */
const MATCHING_PER_WORK = 100;

/** `=~` asks for the whole text; of a list, for any of its items. */
function matches(pattern: RE2JS, value: Json | undefined, search: PathSearch): boolean {
  const values = isArray(value) ? value : [value];
  return values.some((item) => {
    if (item === null || item === undefined || typeof item === 'object') return false;
    const text = String(item);
    spend(search, 1 + Math.ceil((text.length * pattern.programSize()) / MATCHING_PER_WORK));
    return pattern.matches(text);
  });
}
