import type { Json } from '../json.ts';
import { intrinsicFailure } from './intrinsic-arguments.ts';
import { unescapeIntrinsic } from './intrinsic-syntax.ts';

/** The texts around the places of a States.Format template: one more than there are places. */
export type FormatTemplate = readonly string[];

/** Splits a template at each `{}`; `\{` and `\}` are braces of its text. */
export function parseFormat(source: string): FormatTemplate {
  const texts: string[] = [];
  let from = 0;
  for (let at = 0; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === '{' && source[at + 1] === '}') {
      texts.push(unescapeIntrinsic(source.slice(from, at)));
      from = at + 2;
      at++;
    }
  }
  texts.push(unescapeIntrinsic(source.slice(from)));
  return texts;
}

/** @throws {StatesError} States.IntrinsicFailure unless each place gets one string, number, boolean or null. */
export function formatTemplate(template: FormatTemplate, values: readonly Json[]): string {
  if (values.length !== template.length - 1) {
    throw intrinsicFailure(`The template has ${template.length - 1} places for ${values.length} arguments`);
  }
  let text = template[0] ?? '';
  for (const [i, value] of values.entries()) text += printed(value) + (template[i + 1] ?? '');
  return text;
}

function printed(value: Json): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null) {
    throw intrinsicFailure('The arguments of States.Format must be strings, numbers, booleans or null');
  }
  return JSON.stringify(value);
}
