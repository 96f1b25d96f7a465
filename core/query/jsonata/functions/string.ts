import { type Builtin, builtin, type Implementation } from '../builtin.ts';
import type { Evaluation } from '../evaluation.ts';
import { stringOf } from '../stringify.ts';
import { isArray, type Value } from '../value.ts';

export const STRING_FUNCTIONS: readonly Builtin[] = [
  builtin('string', '<x-b?:s>', 1, ([value, pretty], evaluation) =>
    value === undefined ? undefined : stringOf(value, evaluation, pretty === true),
  ),
  builtin('substring', '<s-nn?:s>', 3, ([text, start, length], evaluation) =>
    typeof text === 'string' ? substring(text, Number(start ?? 0), asNumber(length), evaluation) : undefined,
  ),
  builtin(
    'substringBefore',
    '<s-s:s>',
    2,
    onText((text, [, chars]) => {
      const position = text.indexOf(String(chars));
      return position === -1 ? text : text.slice(0, position);
    }),
  ),
  builtin(
    'substringAfter',
    '<s-s:s>',
    2,
    onText((text, [, chars]) => {
      const position = text.indexOf(String(chars));
      return position === -1 ? text : text.slice(position + String(chars).length);
    }),
  ),
  builtin(
    'lowercase',
    '<s-:s>',
    1,
    onText((text) => text.toLowerCase()),
  ),
  builtin(
    'uppercase',
    '<s-:s>',
    1,
    onText((text) => text.toUpperCase()),
  ),
  builtin('length', '<s-:n>', 1, onText(lengthOf)),
  builtin(
    'trim',
    '<s-:s>',
    1,
    onText((text) => text.replace(/[ \t\n\r]+/g, ' ').replace(/^ | $/g, '')),
  ),
  builtin('pad', '<s-ns?:s>', 3, ([text, width, char], evaluation) =>
    typeof text === 'string' ? pad(text, Math.trunc(Number(width)), char, evaluation) : undefined,
  ),
  builtin('join', '<a<s>s?:s>', 2, ([texts, separator], evaluation) => join(texts, separator, evaluation)),
];

/** Nothing of nothing; and the text is paid for before it is read. */
function onText(work: (text: string, args: readonly Value[]) => Value): Implementation {
  return (args, evaluation) => {
    const [text] = args;
    if (typeof text !== 'string') return undefined;
    evaluation.allocateText(text.length);
    return work(text, args);
  };
}

function asNumber(value: Value): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** In characters, not UTF-16 units. */
function lengthOf(text: string): number {
  let length = text.length;
  for (let i = 1; i < text.length; i++) {
    if (isLowSurrogate(text.charCodeAt(i)) && isHighSurrogate(text.charCodeAt(i - 1))) length--;
  }
  return length;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Positions count characters; a negative one counts from the end. */
function substring(text: string, start: number, length: number | undefined, evaluation: Evaluation): string {
  evaluation.allocateText(text.length);
  const characters = Array.from(text);
  const from = characters.length + start < 0 ? 0 : start;
  if (length === undefined) return characters.slice(from).join('');
  if (length <= 0) return '';
  const end = from >= 0 ? from + length : characters.length + from + length;
  return characters.slice(from, end).join('');
}

/** Negative width pads on the left. */
function pad(text: string, width: number, char: Value, evaluation: Evaluation): string {
  evaluation.allocateText(text.length);
  const missing = Math.abs(width) - lengthOf(text);
  if (!(missing > 0)) return text;
  const unit = typeof char === 'string' && char.length > 0 ? char : ' ';
  evaluation.allocateText(text.length + missing * unit.length);
  const padding = unit.length === 1 ? unit.repeat(missing) : firstCharacters(unit, missing);
  return width > 0 ? text + padding : padding + text;
}

function firstCharacters(unit: string, count: number): string {
  const characters = Array.from(unit);
  const whole = Math.floor(count / characters.length);
  return unit.repeat(whole) + characters.slice(0, count % characters.length).join('');
}

function join(texts: Value, separator: Value, evaluation: Evaluation): string | undefined {
  if (!isArray(texts)) return undefined;
  const between = typeof separator === 'string' ? separator : '';
  const length = texts.reduce<number>((sum, text) => sum + String(text).length + between.length, 0);
  evaluation.allocateText(length);
  return texts.join(between);
}
