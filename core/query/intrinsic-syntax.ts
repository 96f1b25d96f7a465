import type { Json } from '../json.ts';
import { type JsonPath, parsePath } from './json-path-syntax.ts';
import { PathSyntaxError } from './path-syntax-error.ts';
import { listUntil, skipSpaces, syntaxError, type TextCursor, takeDelimited, takeMatch } from './text-cursor.ts';

/** A call of an intrinsic function, as it stands in a field whose name ends in `.$`: `States.Format('{}', $.name)`. */
export interface IntrinsicCall {
  readonly type: 'call';
  /** Without `States.` */
  readonly name: string;
  readonly args: readonly IntrinsicArgument[];
}

export type IntrinsicArgument =
  | IntrinsicCall
  /** `source` is the text between the quotes, escapes and all: States.Format tells `{}` from `\{\}` by it. */
  | { readonly type: 'string'; readonly value: string; readonly source: string }
  | { readonly type: 'constant'; readonly value: Json }
  | { readonly type: 'path'; readonly path: JsonPath };

/** Deepest nesting of calls. AWS: "Intrinsic functions", "you can nest up to 10". */
const CALL_DEPTH_MAX = 10;

const CALL = /States\.([A-Za-z0-9]+)\s*\(/y;
const ESCAPED = "'\\{}";
/** Only these four may be escaped: AWS refuses any other backslash (recorded for \"). */
const ESCAPE = /\\([\s\S])/g;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

export function isIntrinsic(text: string): boolean {
  return text.trimStart().startsWith('States.');
}

/** @throws {PathSyntaxError} */
export function parseIntrinsic(text: string): IntrinsicCall {
  const cursor: TextCursor = { text, at: 0, depth: 0 };
  skipSpaces(cursor);
  const call = takeCall(cursor);
  if (call === undefined) throw syntaxError(cursor, 'an intrinsic function');
  skipSpaces(cursor);
  if (cursor.at < text.length) throw syntaxError(cursor, 'the end');
  return call;
}

/** Takes the backslashes away that escape something. */
export function unescapeIntrinsic(source: string): string {
  return source.replace(ESCAPE, '$1');
}

function takeCall(cursor: TextCursor): IntrinsicCall | undefined {
  const opening = takeMatch(cursor, CALL);
  if (opening === undefined) return undefined;
  if (cursor.depth >= CALL_DEPTH_MAX) {
    throw new PathSyntaxError(`Intrinsic functions are nested more than ${CALL_DEPTH_MAX} levels deep`);
  }
  const name = opening.slice('States.'.length, -1).trimEnd();
  return { type: 'call', name, args: listUntil(cursor, ')', takeArgument) };
}

function takeArgument(cursor: TextCursor): IntrinsicArgument {
  const call = takeCall(cursor);
  if (call !== undefined) return call;
  if (cursor.text[cursor.at] === '$') return { type: 'path', path: parsePath(takePathText(cursor)) };
  const source = takeDelimited(cursor, "'");
  if (source !== undefined) return { type: 'string', value: unescapeLiteral(source), source };
  const constant = takeMatch(cursor, NUMBER) ?? takeMatch(cursor, WORD);
  if (constant === undefined) throw syntaxError(cursor, 'a path, a string, a number, true, false, null or a call');
  const value: Json = JSON.parse(constant);
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) throw syntaxError(cursor, 'a number');
  return { type: 'constant', value };
}

function unescapeLiteral(source: string): string {
  for (const [, escaped = ''] of source.matchAll(ESCAPE)) {
    if (!ESCAPED.includes(escaped)) throw new PathSyntaxError(`'\\${escaped}' is no escape of an intrinsic's string`);
  }
  return unescapeIntrinsic(source);
}

/** A path ends at the comma or bracket that is not its own. */
function takePathText(cursor: TextCursor): string {
  const start = cursor.at;
  let open = 0;
  let quote = '';
  for (; cursor.at < cursor.text.length; cursor.at++) {
    const char = cursor.text[cursor.at] ?? '';
    if (quote !== '') {
      if (char === '\\') cursor.at++;
      else if (char === quote) quote = '';
    } else if (open > 0 && (char === "'" || char === '"')) quote = char;
    else if (char === '[' || char === '(') open++;
    else if (open === 0 && (char === ',' || char === ')')) break;
    else if (char === ']' || char === ')') open--;
  }
  return cursor.text.slice(start, cursor.at).trimEnd();
}
