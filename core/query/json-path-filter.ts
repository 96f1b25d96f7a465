import type { RE2JS } from 're2js';
import { isArray, isObject, type Json, jsonEqual } from '../json.ts';
import { type Condition, isDefinite, type Operand, type RelativePath } from './json-path-syntax.ts';

/** Whether an item holds; `document` is what `$` means. */
type Holds = (item: Json, document: Json) => boolean;
type Find = (item: Json, document: Json) => Json | undefined;
/** Compiles a path of the condition; handed in because paths hold conditions and conditions hold paths. */
type CompilePath = (path: RelativePath) => Find;

/** Compiles the condition of a filter: `@.price < 10 && @.name =~ /a.*z/i`. */
export function compileCondition(condition: Condition, compilePath: CompilePath): Holds {
  switch (condition.type) {
    case 'and': {
      const parts = condition.conditions.map((part) => compileCondition(part, compilePath));
      return (item, document) => parts.every((holds) => holds(item, document));
    }
    case 'or': {
      const parts = condition.conditions.map((part) => compileCondition(part, compilePath));
      return (item, document) => parts.some((holds) => holds(item, document));
    }
    case 'not': {
      const holds = compileCondition(condition.condition, compilePath);
      return (item, document) => !holds(item, document);
    }
    case 'exists': {
      const find = compilePath(condition.path);
      const definite = isDefinite(condition.path.steps);
      return (item, document) => {
        const found = find(item, document);
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
    return (item, document) => pattern !== undefined && matches(pattern, find(item, document));
  }
  const compare = COMPARISONS[operator];
  if (compare === undefined) return () => false;
  const findLeft = compileOperand(left, compilePath);
  const findRight = compileOperand(right, compilePath);
  return (item, document) => compare(findLeft(item, document), findRight(item, document));
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

/** `=~` asks for the whole text; of a list, for any of its items. */
function matches(pattern: RE2JS, value: Json | undefined): boolean {
  return isArray(value) ? value.some((item) => matchesText(pattern, item)) : matchesText(pattern, value);
}

function matchesText(pattern: RE2JS, value: Json | undefined): boolean {
  if (value === null || value === undefined || typeof value === 'object') return false;
  return pattern.matches(String(value));
}
