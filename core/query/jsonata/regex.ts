import { RE2JS } from 're2js';
import type { Evaluation } from './evaluation.ts';
import { JsonataError } from './jsonata-error.ts';
import { apply, type Callable, isArray, isObject, type ObjectValue, type Value } from './value.ts';

/** Where a pattern was found: `start` and `end` count UTF-16 units. */
export interface Match {
  readonly match: string;
  readonly start: number;
  readonly end: number;
  readonly groups: readonly Value[];
}

type Search = (from: number) => Match | undefined;

/**
 * A regular expression as JSONata writes it, run by an engine that takes time linear in the text: no pattern can
 * stall an evaluation. The price is that look-around and back-references are refused, when evaluated.
 */
export interface LinearRegex {
  search(text: string, evaluation: Evaluation): Search;
}

/** Units of text that count as one step, for a small pattern. */
const UNITS_PER_STEP = 2;
/** Instructions of a compiled pattern that make each unit cost as much again. */
const INSTRUCTIONS_PER_COST = 32;

export function linearRegex(source: RegExp): LinearRegex {
  let compiled: RE2JS | undefined;
  const stopsAtMatch = readsLittlePastMatch(source.source);
  return {
    search: (text, evaluation) => {
      compiled ??= compilePattern(source);
      const matcher = compiled.matcher(text);
      const groupCount = matcher.groupCount();
      const cost = 1 + matcher.programSize() / INSTRUCTIONS_PER_COST;
      const stepsOf = (units: number): number => Math.ceil((units * cost) / UNITS_PER_STEP) + 1;
      return (from) => {
        const whole = stepsOf(text.length - from);
        evaluation.step(whole);
        if (!matcher.find(from)) return undefined;
        const start = matcher.start();
        const end = matcher.end();
        if (stopsAtMatch) evaluation.step(stepsOf(end - from) - whole);
        const groups: Value[] = [];
        for (let i = 1; i <= groupCount; i++) groups.push(matcher.group(i) ?? undefined);
        evaluation.allocate(groups.length + 1);
        return { match: text.slice(start, end), start, end, groups };
      };
    },
  };
}

function compilePattern(source: RegExp): RE2JS {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(source));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new JsonataError('B0005', { value: source.source, message });
  }
}

/**
 * Whether all searches for successive matches together read about the text's length. Not so where a pattern may give
 * up a long attempt for a short match, as `a.*b|a` and `a(.*b)?` do: unbounded repetition within an alternative, or
 * within a group that is itself repeated or optional.
 */
function readsLittlePastMatch(pattern: string): boolean {
  // Escapes and classes stand for one character each, and what a group opens with says nothing here.
  const bare = pattern.replace(/\\.|\[(?:\\.|[^\]\\])*\]/gs, 'x').replace(/\(\?[^)]*?[:>=]/g, '(');
  const groups = [{ alternatives: false, unbounded: false }];
  for (const [token] of bare.matchAll(/\)(?:[*+?]|\{[^}]*\})?|\{\d+,\}|[(|*+]/g)) {
    const group = groups.at(-1);
    if (!group) return false;
    if (token === '(') groups.push({ alternatives: false, unbounded: false });
    else if (token === '|') group.alternatives = true;
    else if (!token.startsWith(')')) group.unbounded = true;
    else {
      groups.pop();
      const outer = groups.at(-1);
      if (!outer || (group.unbounded && (group.alternatives || token.length > 1))) return false;
      if (group.unbounded || /[*+]|,\}/.test(token)) outer.unbounded = true;
    }
  }
  return groups.every(({ alternatives, unbounded }) => !(alternatives && unbounded));
}

/** A regular expression as a value: a function from a text to its first match, with `next` to go on. */
export function regexFunction(regex: LinearRegex): Callable {
  const matcher = (args: readonly Value[], _: Value, evaluation: Evaluation): Value => {
    const [text, from] = args;
    if (typeof text !== 'string') return undefined;
    return matchObject(text, typeof from === 'number' ? from : 0, regex.search(text, evaluation));
  };
  matcher.arity = 2;
  matcher.regex = regex;
  return matcher;
}

function matchObject(text: string, from: number, search: Search): ObjectValue | undefined {
  const found = search(from);
  if (!found) return undefined;
  const next = (): Value => matchObject(text, found.end, search);
  next.arity = 0;
  return { ...found, next };
}

/** All matches one after the other, of a regular expression or of a function that behaves like one. */
export function* matchesOf(matcher: Callable, text: string, evaluation: Evaluation): Generator<Match, void> {
  if (!matcher.regex) {
    yield* matchesOfFunction(matcher, text, evaluation);
    return;
  }
  const search = matcher.regex.search(text, evaluation);
  let found = search(0);
  while (found) {
    yield found;
    if (found.end >= text.length) return;
    found = search(found.end);
    // A match of nothing would be found again for ever.
    if (found?.match === '') throw new JsonataError('D1004');
  }
}

function* matchesOfFunction(matcher: Callable, text: string, evaluation: Evaluation): Generator<Match, void> {
  let found = apply(matcher, [text], null, evaluation);
  while (found !== undefined) {
    if (!isObject(found)) throw new JsonataError('T1010');
    const { match, start, end, groups, next } = found;
    if (typeof match !== 'string' || typeof start !== 'number') throw new JsonataError('T1010');
    yield {
      match,
      start,
      end: typeof end === 'number' ? end : start + match.length,
      groups: isArray(groups) ? groups : [],
    };
    found = apply(next, [], null, evaluation);
  }
}
