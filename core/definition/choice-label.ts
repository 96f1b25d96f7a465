import { isArray, isObject, type Json } from '../json.ts';

/** A rule, at the top of a Choice or within another. */
type Rule = { readonly [field: string]: Json | undefined };

const SYMBOLS: { readonly [comparison: string]: string } = {
  Equals: '==',
  LessThan: '<',
  GreaterThan: '>',
  LessThanEquals: '<=',
  GreaterThanEquals: '>=',
  Matches: 'matches',
};

const COMPARISON = /^(?:String|Numeric|Boolean|Timestamp)([A-Z]\w*?)(?:Path)?$/;
const TYPE_TEST = /^Is([A-Z]\w*)$/;

/** A choice rule in one line, as a picture writes it: `$.age >= 18 and not ($.name is present)`. */
export function choiceLabel(rule: Rule): string {
  if (typeof rule.Condition === 'string') return rule.Condition.replace(/^\{%\s*|\s*%\}$/g, '');
  if (rule.Condition !== undefined) return String(rule.Condition);
  const combined = combination(rule);
  if (combined !== undefined) return combined;
  for (const [name, operand] of Object.entries(rule)) {
    const label = comparison(String(rule.Variable), name, operand);
    if (label !== undefined) return label;
  }
  return '';
}

function combination({ And: and, Or: or, Not: not }: Rule): string | undefined {
  if (isArray(and)) return and.map(operandLabel).join(' and ');
  if (isArray(or)) return or.map(operandLabel).join(' or ');
  return isObject(not) ? `not (${choiceLabel(not)})` : undefined;
}

/** A rule within And and Or, in brackets where it combines others itself. */
function operandLabel(rule: Json): string {
  if (!isObject(rule)) return '';
  return isArray(rule.And) || isArray(rule.Or) ? `(${choiceLabel(rule)})` : choiceLabel(rule);
}

function comparison(variable: string, name: string, operand: Json | undefined): string | undefined {
  const symbol = SYMBOLS[COMPARISON.exec(name)?.[1] ?? ''];
  if (symbol !== undefined) {
    const value = name.endsWith('Path') ? String(operand) : JSON.stringify(operand);
    return `${variable} ${symbol} ${value}`;
  }
  const type = TYPE_TEST.exec(name)?.[1];
  return type === undefined ? undefined : `${variable} is ${operand === false ? 'not ' : ''}${type.toLowerCase()}`;
}
