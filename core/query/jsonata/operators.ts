import type { Evaluation } from './evaluation.ts';
import { ARRAY_ITEMS_MAX } from './evaluation.ts';
import { JsonataError } from './jsonata-error.ts';
import type { ArithmeticOperator, ComparisonOperator } from './syntax.ts';
import { isArray, isNumeric, sequenceOf, type Value } from './value.ts';

/** Nothing on either side gives nothing. */
export function arithmetic(operator: ArithmeticOperator, left: Value, right: Value): number | undefined {
  if (left !== undefined && !isNumeric(left)) throw new JsonataError('T2001', { value: left, token: operator });
  if (right !== undefined && !isNumeric(right)) throw new JsonataError('T2002', { value: right, token: operator });
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
  }
}

/** Nothing on either side gives nothing. */
export function compare(operator: ComparisonOperator, left: Value, right: Value): boolean | undefined {
  if (!isComparable(left)) throw new JsonataError('T2010', { value: left, token: operator });
  if (!isComparable(right)) throw new JsonataError('T2010', { value: right, token: operator });
  if (left === undefined || right === undefined) return undefined;
  if (typeof left !== typeof right) {
    throw new JsonataError('T2009', { value: left, value2: right, token: operator });
  }
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

function isComparable(value: Value): value is string | number | undefined {
  return typeof value === 'string' || typeof value === 'number' || value === undefined;
}

export function concatenate(left: string, right: string, evaluation: Evaluation): string {
  // An engine's strings share their parts, so what is new is the shorter side.
  evaluation.allocateText(Math.min(left.length, right.length));
  evaluation.limitText(left.length + right.length);
  return left + right;
}

/** Whether an item is that very scalar: `in` does not look into arrays and objects. */
export function includes(left: Value, right: Value, evaluation: Evaluation): boolean {
  if (left === undefined || right === undefined) return false;
  if (!isArray(right)) return left === right;
  evaluation.step(right.length >> 3);
  return right.includes(left);
}

export function range(left: Value, right: Value, evaluation: Evaluation): Value {
  if (left !== undefined && !isInteger(left)) throw new JsonataError('T2003', { value: left });
  if (right !== undefined && !isInteger(right)) throw new JsonataError('T2004', { value: right });
  if (left === undefined || right === undefined || left > right) return undefined;
  const size = right - left + 1;
  if (size > ARRAY_ITEMS_MAX) throw new JsonataError('D2014', { value: size, value2: ARRAY_ITEMS_MAX });
  evaluation.allocate(size);
  const items: number[] = [];
  for (let item = left; item <= right; item++) items.push(item);
  return sequenceOf(items);
}

function isInteger(value: Value): value is number {
  return Number.isInteger(value);
}
