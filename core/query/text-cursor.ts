import { type Json, setMember } from '../json.ts';
import { PathSyntaxError } from './path-syntax-error.ts';

/** A place in a text that is being parsed, and how deep in brackets it is. */
export interface TextCursor {
  readonly text: string;
  at: number;
  depth: number;
}

/** Deepest nesting of brackets, filters and literals in one expression; ours: keeps recursion within the stack. */
const EXPRESSION_DEPTH_MAX = 100;

const NUMBER = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y;
const WORD = /[A-Za-z]+/y;
const ESCAPES: { readonly [letter: string]: string } = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

/** The error for what stands at the cursor; the text itself may be a megabyte, so only its neighbourhood is told. */
export function syntaxError(cursor: TextCursor, expected: string): PathSyntaxError {
  const found = cursor.text.slice(cursor.at, cursor.at + 20);
  const where = found === '' ? 'the end' : `'${found}' at position ${cursor.at}`;
  return new PathSyntaxError(`Expected ${expected} but found ${where}`);
}

export function skipSpaces(cursor: TextCursor): void {
  while (cursor.text[cursor.at] === ' ' || cursor.text[cursor.at] === '\t' || cursor.text[cursor.at] === '\n') {
    cursor.at++;
  }
}

/** Steps over `token` if it stands at the cursor. */
export function take(cursor: TextCursor, token: string): boolean {
  if (!cursor.text.startsWith(token, cursor.at)) return false;
  cursor.at += token.length;
  return true;
}

export function expect(cursor: TextCursor, token: string): void {
  if (!take(cursor, token)) throw syntaxError(cursor, `'${token}'`);
}

/** What a sticky pattern matches at the cursor, stepped over. */
export function takeMatch(cursor: TextCursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const match = pattern.exec(cursor.text)?.[0];
  if (match !== undefined) cursor.at += match.length;
  return match;
}

/** What stands between two delimiters, escapes and all; a delimiter after a backslash does not end it. */
export function takeDelimited(cursor: TextCursor, delimiter: string): string | undefined {
  if (cursor.text[cursor.at] !== delimiter) return undefined;
  for (let at = cursor.at + 1; at < cursor.text.length; at++) {
    const char = cursor.text[at];
    if (char === '\\') at++;
    else if (char === delimiter) {
      const delimited = cursor.text.slice(cursor.at + 1, at);
      cursor.at = at + 1;
      return delimited;
    }
  }
  throw syntaxError({ ...cursor, at: cursor.text.length }, `closing ${delimiter}`);
}

/** Parses something that may hold itself, one level deeper. */
export function nested<T>(cursor: TextCursor, parse: (cursor: TextCursor) => T): T {
  if (cursor.depth >= EXPRESSION_DEPTH_MAX) {
    throw new PathSyntaxError(`The expression is nested more than ${EXPRESSION_DEPTH_MAX} levels deep`);
  }
  cursor.depth++;
  const parsed = parse(cursor);
  cursor.depth--;
  return parsed;
}

/** Items between commas, up to and including `close`; the opening bracket is behind the cursor. */
export function listUntil<T>(cursor: TextCursor, close: string, parse: (cursor: TextCursor) => T): T[] {
  const items: T[] = [];
  skipSpaces(cursor);
  if (take(cursor, close)) return items;
  for (;;) {
    skipSpaces(cursor);
    items.push(nested(cursor, parse));
    skipSpaces(cursor);
    if (take(cursor, close)) return items;
    expect(cursor, ',');
  }
}

/** A JSON value whose strings may stand in either quotes, or undefined if none begins here. */
export function takeLiteral(cursor: TextCursor): Json | undefined {
  const string = takeDelimited(cursor, "'") ?? takeDelimited(cursor, '"');
  if (string !== undefined) return unescapeString(string);
  if (take(cursor, '[')) return listUntil(cursor, ']', expectLiteral);
  if (take(cursor, '{')) return takeObject(cursor);
  const number = takeMatch(cursor, NUMBER);
  if (number !== undefined) return Number(number);
  const start = cursor.at;
  const word = takeMatch(cursor, WORD);
  if (word === 'true') return true;
  if (word === 'false') return false;
  if (word === 'null') return null;
  cursor.at = start;
  return undefined;
}

function expectLiteral(cursor: TextCursor): Json {
  const literal = takeLiteral(cursor);
  if (literal === undefined) throw syntaxError(cursor, 'a value');
  return literal;
}

function takeObject(cursor: TextCursor): Json {
  const object: { [key: string]: Json } = {};
  listUntil(cursor, '}', () => {
    const key = expectLiteral(cursor);
    if (typeof key !== 'string') throw syntaxError(cursor, 'a member name');
    skipSpaces(cursor);
    expect(cursor, ':');
    skipSpaces(cursor);
    setMember(object, key, expectLiteral(cursor));
  });
  return object;
}

const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g;

function unescapeString(source: string): string {
  return source.replace(ESCAPE, (_, code: string | undefined, letter: string) =>
    code === undefined ? (ESCAPES[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
