import { type Builtin, builtin } from '../builtin.ts';
import type { Evaluation } from '../evaluation.ts';
import { JsonataError } from '../jsonata-error.ts';
import { type Match, matchesOf } from '../regex.ts';
import { apply, sequenceOf, type Value } from '../value.ts';

/** Functions that take a text to look for, or a regular expression. */
export const PATTERN_FUNCTIONS: readonly Builtin[] = [
  builtin('contains', '<s-(sf):b>', 2, ([text, pattern], evaluation) => {
    if (typeof text !== 'string' || pattern === undefined) return undefined;
    evaluation.allocateText(text.length);
    if (typeof pattern === 'string') return text.includes(pattern);
    for (const _ of matches(pattern, text, 1, evaluation)) return true;
    return false;
  }),
  builtin('match', '<s-f<s:o>n?:a<o>>', 3, ([text, pattern, limit], evaluation) => {
    if (typeof text !== 'string') return undefined;
    const found: Value[] = [];
    for (const { match, start, groups } of matches(pattern, text, limitOf(limit, 'D3040'), evaluation)) {
      evaluation.allocate(4);
      found.push({ match, index: start, groups });
    }
    return sequenceOf(found);
  }),
  builtin('replace', '<s-(sf)(sf)n?:s>', 4, ([text, pattern, replacement, limit], evaluation) => {
    if (typeof text !== 'string') return undefined;
    if (pattern === '') throw new JsonataError('D3010', { value: pattern });
    return replace(text, pattern, replacement, limitOf(limit, 'D3011'), evaluation);
  }),
  builtin('split', '<s-(sf)n?:a<s>>', 3, ([text, separator, limit], evaluation) => {
    if (typeof text !== 'string') return undefined;
    const parts = split(text, separator, limitOf(limit, 'D3020'), evaluation);
    evaluation.allocate(parts.length);
    return parts;
  }),
];

function limitOf(limit: Value, code: string): number {
  if (typeof limit !== 'number') return Number.POSITIVE_INFINITY;
  if (limit < 0) throw new JsonataError(code, { value: limit });
  return limit;
}

/** At most `limit` matches of a regular expression. */
function* matches(pattern: Value, text: string, limit: number, evaluation: Evaluation): Generator<Match, void> {
  if (typeof pattern !== 'function') throw new JsonataError('T0410', { value: pattern, index: 2 });
  if (limit <= 0) return;
  let count = 0;
  for (const match of matchesOf(pattern, text, evaluation)) {
    yield match;
    if (++count >= limit) return;
  }
}

/** Where a plain text stands in another, at most `limit` times. */
function* occurrences(pattern: string, text: string, limit: number): Generator<Match, void> {
  let start = text.indexOf(pattern);
  for (let count = 0; start !== -1 && count < limit; count++) {
    const end = start + pattern.length;
    yield { match: pattern, start, end, groups: [] };
    start = text.indexOf(pattern, end);
  }
}

function replace(text: string, pattern: Value, replacement: Value, limit: number, evaluation: Evaluation): string {
  const isText = typeof pattern === 'string';
  const found = isText ? occurrences(pattern, text, limit) : matches(pattern, text, limit, evaluation);
  evaluation.allocateText(text.length);
  const parts: string[] = [];
  let length = 0;
  let position = 0;
  for (const match of found) {
    // Only a pattern has groups for `$1` to mean; after a plain text the replacement stands as it is.
    const substitute =
      isText && typeof replacement === 'string' ? replacement : substituteFor(match, replacement, evaluation);
    const kept = text.slice(position, match.start);
    length += kept.length + substitute.length;
    evaluation.limitText(length);
    evaluation.allocateText(substitute.length + 1);
    parts.push(kept, substitute);
    position = match.start + match.match.length;
  }
  return parts.join('') + text.slice(position);
}

function substituteFor(match: Match, replacement: Value, evaluation: Evaluation): string {
  if (typeof replacement === 'string') return expandReferences(replacement, match);
  const { match: whole, start, end, groups } = match;
  const substitute = apply(replacement, [{ match: whole, start, end, groups }], null, evaluation);
  if (typeof substitute !== 'string') throw new JsonataError('D3012', { value: substitute });
  return substitute;
}

/** `$1` stands for a group, `$0` for the whole match, `$$` for a dollar sign. */
function expandReferences(replacement: string, { match, groups }: Match): string {
  const digitsMax = groups.length === 0 ? 1 : Math.floor(Math.log10(groups.length)) + 1;
  let result = '';
  let position = 0;
  for (let dollar = replacement.indexOf('$'); dollar !== -1; dollar = replacement.indexOf('$', position)) {
    result += replacement.slice(position, dollar);
    position = dollar + 1;
    const next = replacement.charAt(position);
    if (next === '$' || next === '0') {
      result += next === '$' ? '$' : match;
      position++;
      continue;
    }
    let number = Number.parseInt(replacement.slice(position, position + digitsMax), 10);
    if (digitsMax > 1 && number > groups.length) {
      number = Number.parseInt(replacement.slice(position, position + digitsMax - 1), 10);
    }
    if (Number.isNaN(number)) result += '$';
    else {
      result += String(groups[number - 1] ?? '');
      position += String(number).length;
    }
  }
  return result + replacement.slice(position);
}

function split(text: string, separator: Value, limit: number, evaluation: Evaluation): string[] {
  if (limit <= 0) return [];
  evaluation.allocateText(text.length);
  if (typeof separator === 'string')
    return text.split(separator, Number.isFinite(limit) ? Math.floor(limit) : undefined);
  const parts: string[] = [];
  let position = 0;
  for (const { start, end } of matches(separator, text, limit, evaluation)) {
    parts.push(text.slice(position, start));
    position = end;
  }
  if (parts.length < limit) parts.push(text.slice(position));
  return parts;
}
