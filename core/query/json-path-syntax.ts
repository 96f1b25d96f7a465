import { RE2JS } from 're2js';
import type { Json } from '../json.ts';
import { NESTING_DEPTH_MAX } from '../limits.ts';
import { isPathFunction } from './json-path-functions.ts';
import { PathSyntaxError } from './path-syntax-error.ts';
import {
  expect,
  listUntil,
  nested,
  skipSpaces,
  syntaxError,
  type TextCursor,
  take,
  takeDelimited,
  takeLiteral,
  takeMatch,
} from './text-cursor.ts';

/**
 * JSONPath as Step Functions reads it: Jayway's dialect, with `$$` for the context object and `$name` for a variable.
 * Source: github.com/json-path/JsonPath (README), and "Paths" in AWS's developer guide.
 */
export interface JsonPath {
  readonly text: string;
  readonly root: PathRoot;
  readonly steps: readonly PathStep[];
}

export type PathRoot =
  | { readonly type: 'input' }
  | { readonly type: 'context' }
  | { readonly type: 'variable'; readonly name: string };

export type PathStep =
  | { readonly type: 'member'; readonly name: string }
  | { readonly type: 'members'; readonly names: readonly string[] }
  | { readonly type: 'index'; readonly index: number }
  | { readonly type: 'indexes'; readonly indexes: readonly number[] }
  | { readonly type: 'slice'; readonly from: number | undefined; readonly to: number | undefined; readonly by: number }
  | { readonly type: 'wildcard' }
  /** `..`: the step applied to every value at and below. */
  | { readonly type: 'descent'; readonly step: PathStep }
  | { readonly type: 'filter'; readonly condition: Condition }
  | { readonly type: 'function'; readonly name: string; readonly args: readonly Operand[] };

export type Condition =
  | { readonly type: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly type: 'not'; readonly condition: Condition }
  | { readonly type: 'exists'; readonly path: RelativePath }
  | { readonly type: 'compare'; readonly operator: string; readonly left: Operand; readonly right: Operand };

export type Operand =
  | { readonly type: 'literal'; readonly value: Json }
  | { readonly type: 'pattern'; readonly pattern: RE2JS }
  | RelativePath;

/** A path within a filter or a function call: from the item at hand (`@`) or from the document (`$`). */
export interface RelativePath {
  readonly type: 'path';
  readonly root: '@' | '$';
  readonly steps: readonly PathStep[];
}

/** Longest first, so that `==` is not read as something shorter. */
const OPERATORS = ['===', '!==', '==', '!=', '<=', '>=', '=~', '<', '>'];
const WORD_OPERATORS = ['in', 'nin', 'subsetof', 'anyof', 'noneof', 'all', 'contains', 'size', 'empty'];

const VARIABLE_NAME = /[\p{ID_Start}_]\p{ID_Continue}*/uy;
const INTEGER = /-?\d+/y;
const WORD = /[A-Za-z]+/y;
/** A member after a dot: of the whole path, and within a filter or a call, where operators and brackets end it too. */
const DOTTED_NAME = /[^.[(\s]+/y;
const DOTTED_NAME_INSIDE = /[^.[(\s)<>=~!&|,\]]+/y;
const FLAGS = /[a-z]*/y;

/** Longest pattern of a filter, in characters, and largest one compiled, in RE2's instructions; ours. */
const PATTERN_CHARACTERS_MAX = 1_000;
const PATTERN_INSTRUCTIONS_MAX = 1_000;

/** @throws {PathSyntaxError} */
export function parsePath(text: string): JsonPath {
  const cursor: TextCursor = { text: text.trim(), at: 0, depth: 0 };
  expect(cursor, '$');
  const root = takeRoot(cursor);
  const steps = takeSteps(cursor, DOTTED_NAME);
  if (cursor.at < cursor.text.length) throw syntaxError(cursor, "'.' or '['");
  return { text, root, steps };
}

/** Whether the path can name one value only: no wildcard, slice, filter, union or descent before its end. */
export function isDefinite(steps: readonly PathStep[]): boolean {
  return steps.every(({ type }, i) => {
    if (type === 'member' || type === 'index') return true;
    // The members of a union at the end are merged into one object; a function makes one value of one.
    return (type === 'members' && i === steps.length - 1) || type === 'function';
  });
}

function takeRoot(cursor: TextCursor): PathRoot {
  if (take(cursor, '$')) return { type: 'context' };
  const name = takeMatch(cursor, VARIABLE_NAME);
  return name === undefined ? { type: 'input' } : { type: 'variable', name };
}

function takeSteps(cursor: TextCursor, dottedName: RegExp): PathStep[] {
  const steps: PathStep[] = [];
  for (;;) {
    if (steps.length > NESTING_DEPTH_MAX) throw new PathSyntaxError(`A path has more than ${NESTING_DEPTH_MAX} steps`);
    if (take(cursor, '..')) steps.push({ type: 'descent', step: takeDotStep(cursor, dottedName) });
    else if (take(cursor, '.')) steps.push(takeDotStep(cursor, dottedName));
    else if (cursor.text[cursor.at] === '[') steps.push(takeBracketStep(cursor));
    else return steps;
  }
}

/** What follows one dot or two. Jayway takes `$.list.[0]` for `$.list[0]`. */
function takeDotStep(cursor: TextCursor, dottedName: RegExp): PathStep {
  if (cursor.text[cursor.at] === '[') return takeBracketStep(cursor);
  const name = takeMatch(cursor, dottedName);
  if (name === undefined) throw syntaxError(cursor, 'a member name');
  if (take(cursor, '(')) {
    if (!isPathFunction(name)) throw new PathSyntaxError(`Function '${name.slice(0, 40)}' does not exist`);
    return { type: 'function', name, args: listUntil(cursor, ')', takeOperand) };
  }
  return name === '*' ? { type: 'wildcard' } : { type: 'member', name };
}

function takeBracketStep(cursor: TextCursor): PathStep {
  expect(cursor, '[');
  skipSpaces(cursor);
  const first = cursor.text[cursor.at];
  if (first === "'" || first === '"') return takeNames(cursor);
  if (take(cursor, '*')) {
    skipSpaces(cursor);
    expect(cursor, ']');
    return { type: 'wildcard' };
  }
  if (take(cursor, '?')) return nested(cursor, takeFilter);
  return takeIndexes(cursor);
}

function takeNames(cursor: TextCursor): PathStep {
  const names = listUntil(cursor, ']', () => {
    // AWS leaves every other backslash in the name (recorded for \").
    const single = takeDelimited(cursor, "'");
    if (single !== undefined) return single.replaceAll("\\'", "'");
    const double = takeDelimited(cursor, '"');
    if (double !== undefined) return double.replaceAll('\\"', '"');
    throw syntaxError(cursor, 'a quoted member name');
  });
  const [name] = names;
  return names.length === 1 && name !== undefined ? { type: 'member', name } : { type: 'members', names };
}

function takeIndexes(cursor: TextCursor): PathStep {
  const from = takeInteger(cursor);
  skipSpaces(cursor);
  if (take(cursor, ':')) return takeSlice(cursor, from);
  if (from === undefined) throw syntaxError(cursor, "an index, a quoted name, '*' or '?'");
  if (take(cursor, ']')) return { type: 'index', index: from };
  expect(cursor, ',');
  const rest = listUntil(cursor, ']', () => {
    const index = takeInteger(cursor);
    if (index === undefined) throw syntaxError(cursor, 'an index');
    return index;
  });
  if (rest.length === 0) throw syntaxError(cursor, 'an index');
  return { type: 'indexes', indexes: [from, ...rest] };
}

function takeSlice(cursor: TextCursor, from: number | undefined): PathStep {
  const to = takeInteger(cursor);
  skipSpaces(cursor);
  const by = take(cursor, ':') ? (takeInteger(cursor) ?? 1) : 1;
  if (by === 0) throw new PathSyntaxError('The step of a slice must not be zero');
  skipSpaces(cursor);
  expect(cursor, ']');
  return { type: 'slice', from, to, by };
}

function takeInteger(cursor: TextCursor): number | undefined {
  skipSpaces(cursor);
  const digits = takeMatch(cursor, INTEGER);
  return digits === undefined ? undefined : Number(digits);
}

function takeFilter(cursor: TextCursor): PathStep {
  skipSpaces(cursor);
  expect(cursor, '(');
  const condition = takeDisjunction(cursor);
  expect(cursor, ')');
  skipSpaces(cursor);
  expect(cursor, ']');
  return { type: 'filter', condition };
}

function takeDisjunction(cursor: TextCursor): Condition {
  const conditions = [takeConjunction(cursor)];
  while (take(cursor, '||')) conditions.push(takeConjunction(cursor));
  return { type: 'or', conditions };
}

function takeConjunction(cursor: TextCursor): Condition {
  const conditions = [takeCondition(cursor)];
  while (take(cursor, '&&')) conditions.push(takeCondition(cursor));
  return { type: 'and', conditions };
}

function takeCondition(cursor: TextCursor): Condition {
  skipSpaces(cursor);
  const condition = takeUnary(cursor);
  skipSpaces(cursor);
  return condition;
}

function takeUnary(cursor: TextCursor): Condition {
  if (take(cursor, '!')) return { type: 'not', condition: nested(cursor, takeCondition) };
  if (take(cursor, '(')) {
    const condition = nested(cursor, takeDisjunction);
    expect(cursor, ')');
    return condition;
  }
  const left = takeOperand(cursor);
  skipSpaces(cursor);
  const operator = takeOperator(cursor);
  if (operator === undefined) {
    if (left.type !== 'path') throw syntaxError(cursor, 'a comparison');
    return { type: 'exists', path: left };
  }
  skipSpaces(cursor);
  return { type: 'compare', operator, left, right: takeOperand(cursor) };
}

function takeOperator(cursor: TextCursor): string | undefined {
  const symbol = OPERATORS.find((operator) => take(cursor, operator));
  if (symbol !== undefined) return symbol;
  const start = cursor.at;
  const word = takeMatch(cursor, WORD)?.toLowerCase();
  if (word === undefined) return undefined;
  if (WORD_OPERATORS.includes(word)) return word;
  cursor.at = start;
  throw syntaxError(cursor, 'an operator');
}

function takeOperand(cursor: TextCursor): Operand {
  const first = cursor.text[cursor.at];
  if (first === '@' || first === '$') {
    cursor.at++;
    return { type: 'path', root: first, steps: nested(cursor, () => takeSteps(cursor, DOTTED_NAME_INSIDE)) };
  }
  if (first === '/') return { type: 'pattern', pattern: takePattern(cursor) };
  const value = takeLiteral(cursor);
  if (value === undefined) throw syntaxError(cursor, 'a value or a path');
  return { type: 'literal', value };
}

/** A regular expression in RE2's syntax, which matches in linear time: no look-around, no back-references. */
function takePattern(cursor: TextCursor): RE2JS {
  const source = takeDelimited(cursor, '/') ?? '';
  const letters = takeMatch(cursor, FLAGS) ?? '';
  if (source.length > PATTERN_CHARACTERS_MAX) {
    throw new PathSyntaxError(`A regular expression has more than ${PATTERN_CHARACTERS_MAX} characters`);
  }
  const pattern = compilePattern(source, letters);
  if (pattern.programSize() > PATTERN_INSTRUCTIONS_MAX) throw new PathSyntaxError('A regular expression is too large');
  return pattern;
}

function compilePattern(source: string, letters: string): RE2JS {
  const flags =
    (letters.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) |
    (letters.includes('m') ? RE2JS.MULTILINE : 0) |
    (letters.includes('s') ? RE2JS.DOTALL : 0);
  try {
    return RE2JS.compile(source, flags);
  } catch (error) {
    throw new PathSyntaxError(error instanceof Error ? error.message : 'Invalid regular expression');
  }
}
