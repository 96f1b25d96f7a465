import { isArray, isObject, type Json } from '../json.ts';
import { compileSelector, type Selector } from '../query/json-path.ts';
import { PathSyntaxError } from '../query/path-syntax-error.ts';
import type { QueryScope } from '../query/query-scope.ts';
import { StatesError } from '../states-error.ts';
import { parseTimestamp } from '../timestamp.ts';
import { compileStringPattern } from './string-pattern.ts';

/** Whether a choice rule holds. @throws {StatesError} States.Runtime if a path in it finds nothing. */
export type ChoiceRule = (scope: QueryScope) => boolean;

type Comparable = string | number | boolean;

interface Comparison {
  /** What is compared, or undefined for a value of another type than the operator's: that never matches. */
  readonly read: (value: Json) => Comparable | undefined;
  readonly holds: (value: Comparable, operand: Comparable) => boolean;
}

/** Operators with a literal operand or, as `…Path`, one that a path finds. Source: "Choice workflow state". */
const COMPARISONS: { readonly [operator: string]: Comparison } = {
  BooleanEquals: { read: (value) => (typeof value === 'boolean' ? value : undefined), holds: (a, b) => a === b },
  ...orderings('String', (value) => (typeof value === 'string' ? value : undefined)),
  ...orderings('Numeric', (value) => (typeof value === 'number' ? value : undefined)),
  ...orderings('Timestamp', instantOf),
};

/** Operators that ask what the value is; their operand says whether it should be that. */
const TYPE_TESTS: { readonly [operator: string]: (value: Json) => boolean } = {
  IsNull: (value) => value === null,
  IsNumeric: (value) => typeof value === 'number',
  IsString: (value) => typeof value === 'string',
  IsBoolean: (value) => typeof value === 'boolean',
  IsTimestamp: (value) => instantOf(value) !== undefined,
};

function orderings(type: string, read: Comparison['read']): typeof COMPARISONS {
  return {
    [`${type}Equals`]: { read, holds: (a, b) => a === b },
    [`${type}LessThan`]: { read, holds: (a, b) => a < b },
    [`${type}GreaterThan`]: { read, holds: (a, b) => a > b },
    [`${type}LessThanEquals`]: { read, holds: (a, b) => a <= b },
    [`${type}GreaterThanEquals`]: { read, holds: (a, b) => a >= b },
  };
}

/** Timestamps are compared as instants: the same one may be written in many zones. */
function instantOf(value: Json): number | undefined {
  return typeof value === 'string' ? parseTimestamp(value) : undefined;
}

/**
 * Compiles the condition of one entry of Choices; its Next, Assign and Comment are the caller's.
 * @throws {PathSyntaxError} for a rule that validation would refuse.
 */
export function compileChoiceRule(rule: { readonly [field: string]: Json | undefined }): ChoiceRule {
  const { And, Or, Not, Variable } = rule;
  if (isArray(And)) {
    const rules = And.map(compileNestedRule);
    return (scope) => rules.every((holds) => holds(scope));
  }
  if (isArray(Or)) {
    const rules = Or.map(compileNestedRule);
    return (scope) => rules.some((holds) => holds(scope));
  }
  if (Not !== undefined) {
    const holds = compileNestedRule(Not);
    return (scope) => !holds(scope);
  }
  if (typeof Variable !== 'string') throw new PathSyntaxError('A choice rule has no Variable');
  for (const [operator, operand] of Object.entries(rule)) {
    const compiled = operand === undefined ? undefined : compileOperator(Variable, operator, operand);
    if (compiled !== undefined) return compiled;
  }
  throw new PathSyntaxError('A choice rule has no comparison operator');
}

function compileNestedRule(rule: Json): ChoiceRule {
  if (!isObject(rule)) throw new PathSyntaxError('A choice rule is not an object');
  return compileChoiceRule(rule);
}

/** Undefined for a field that is no operator. */
function compileOperator(variable: string, operator: string, operand: Json): ChoiceRule | undefined {
  if (operator === 'IsPresent') {
    const select = compileSelector(variable);
    return (scope) => (select(scope) !== undefined) === operand;
  }
  const isType = ownMember(TYPE_TESTS, operator);
  if (isType !== undefined) {
    const select = compileValue(variable);
    return (scope) => isType(select(scope)) === operand;
  }
  if (operator === 'StringMatches') {
    const matches = compileStringPattern(typeof operand === 'string' ? operand : '');
    const select = compileValue(variable);
    return (scope) => {
      const value = select(scope);
      return typeof value === 'string' && matches(value);
    };
  }
  return compileComparison(variable, operator, operand);
}

function compileComparison(variable: string, operator: string, operand: Json): ChoiceRule | undefined {
  const literal = ownMember(COMPARISONS, operator);
  if (literal !== undefined) {
    const { read, holds } = literal;
    const select = compileValue(variable);
    const right = read(operand);
    return (scope) => {
      const left = read(select(scope));
      return left !== undefined && right !== undefined && holds(left, right);
    };
  }
  const byPath = operator.endsWith('Path') ? ownMember(COMPARISONS, operator.slice(0, -'Path'.length)) : undefined;
  if (byPath === undefined || typeof operand !== 'string') return undefined;
  const { read, holds } = byPath;
  const select = compileValue(variable);
  const selectOperand = compileValue(operand);
  return (scope) => {
    const left = read(select(scope));
    const right = read(selectOperand(scope));
    return left !== undefined && right !== undefined && holds(left, right);
  };
}

function ownMember<T>(table: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function compileValue(path: string): (scope: QueryScope) => Json {
  const select: Selector = compileSelector(path);
  return (scope) => {
    const value = select(scope);
    if (value !== undefined) return value;
    throw new StatesError(
      'States.Runtime',
      `Invalid path '${path}': The choice state's condition path references an invalid value.`,
    );
  };
}
