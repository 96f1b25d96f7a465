import { checkDepth, roundForText } from './copy.ts';
import type { Evaluation } from './evaluation.ts';
import { JsonataError } from './jsonata-error.ts';
import { isArray, isNumeric, type Value } from './value.ts';

/** `$string`, and what `&` makes of its sides: texts as they are, functions empty, all else as JSON. */
export function stringOf(value: Value, evaluation: Evaluation, pretty = false): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'function') return '';
  if (typeof value === 'number' && !Number.isFinite(value)) throw new JsonataError('D3001', { value });
  return write(value, evaluation, pretty ? '\n' : '', 0) ?? '';
}

/** Written by hand, because the budget must see each part: values may share parts, and so be far larger than memory. */
function write(value: Value, evaluation: Evaluation, indent: string, depth: number): string | undefined {
  checkDepth(depth);
  switch (typeof value) {
    case 'undefined':
      return undefined;
    case 'function':
      return '""';
    case 'number':
      return isNumeric(value) ? charged(String(roundForText(value)), evaluation) : 'null';
    case 'object':
      return value === null ? 'null' : writeContainer(value, evaluation, indent, depth);
    default:
      return charged(JSON.stringify(value), evaluation);
  }
}

function charged(text: string, evaluation: Evaluation): string {
  evaluation.allocateText(text.length);
  return text;
}

function writeContainer(value: Value & object, evaluation: Evaluation, indent: string, depth: number): string {
  const inner = indent && `${indent}  `;
  const parts: string[] = [];
  let length = 0;
  const add = (part: string): void => {
    length += part.length + inner.length + 1;
    evaluation.limitText(length);
    parts.push(part);
  };
  evaluation.step(2);
  if (isArray(value)) {
    evaluation.allocate(value.length);
    for (const item of value) add(write(item, evaluation, inner, depth + 1) ?? 'null');
    return parts.length === 0 ? '[]' : `[${inner}${parts.join(`,${inner}`)}${indent}]`;
  }
  for (const [name, member] of Object.entries(value)) {
    evaluation.step();
    const text = write(member, evaluation, inner, depth + 1);
    if (text !== undefined) add(`${charged(JSON.stringify(name), evaluation)}:${indent ? ' ' : ''}${text}`);
  }
  return parts.length === 0 ? '{}' : `{${inner}${parts.join(`,${inner}`)}${indent}}`;
}
