import type { JsonObject } from '../json.ts';
import { anything, type Check, checkShape, decimal, flag, type Scope, type Shape, someOf, text } from './check.ts';
import { assign } from './validate-assign.ts';
import { choicePath, jsonataOnly, jsonPathOnly, orExpression, template, timestamp } from './validate-query.ts';

const number = decimal(-Number.MAX_VALUE);

/** The 39 comparison operators of JSONPath, each with what it compares to. Source: "Choice workflow state". */
const OPERATORS: { readonly [operator: string]: Check } = {
  ...comparisons('String', text),
  ...comparisons('Numeric', number),
  ...comparisons('Timestamp', timestamp),
  BooleanEquals: flag,
  BooleanEqualsPath: choicePath,
  StringMatches: text,
  IsNull: flag,
  IsPresent: flag,
  IsNumeric: flag,
  IsString: flag,
  IsBoolean: flag,
  IsTimestamp: flag,
};

function comparisons(type: string, operand: Check): { readonly [operator: string]: Check } {
  const operators = ['Equals', 'LessThan', 'GreaterThan', 'LessThanEquals', 'GreaterThanEquals'];
  return Object.fromEntries(
    operators.flatMap((operator) => [
      [`${type}${operator}`, operand],
      [`${type}${operator}Path`, choicePath],
    ]),
  );
}

const nestedRule: Check = (value, location, scope) => {
  if (checkShape(value, location, scope, NESTED_RULE)) checkOperators(value, location, scope);
};

const CONDITION_FIELDS = {
  Comment: anything,
  Variable: jsonPathOnly(choicePath),
  And: jsonPathOnly(someOf(nestedRule)),
  Or: jsonPathOnly(someOf(nestedRule)),
  Not: jsonPathOnly(nestedRule),
  ...Object.fromEntries(Object.entries(OPERATORS).map(([name, operand]) => [name, jsonPathOnly(operand)])),
};

const NESTED_RULE: Shape = { fields: CONDITION_FIELDS };

const RULE: Shape = {
  fields: {
    ...CONDITION_FIELDS,
    Next: text,
    Assign: assign(),
    Condition: jsonataOnly(orExpression(flag)),
    Output: jsonataOnly(template()),
  },
  required: ['Next'],
};

/** One entry of Choices. */
export const choiceRule: Check = (value, location, scope) => {
  if (checkShape(value, location, scope, RULE)) checkOperators(value, location, scope);
};

const SELECTORS = ['And', 'Or', 'Not', 'Variable', 'Condition'];

/** A rule combines other rules, or compares one variable in one way, or is a JSONata condition: one of these. */
function checkOperators(rule: JsonObject, location: string, { findings }: Scope): void {
  const selectors = SELECTORS.filter((name) => Object.hasOwn(rule, name));
  const operators = Object.keys(rule).filter((name) => Object.hasOwn(OPERATORS, name));
  const [selector] = selectors;
  if (selectors.length !== 1) {
    const fields = `[${SELECTORS.join(', ')}]`;
    findings.error(`The object must have only one of the following fields, ${fields}`, location);
  } else if (selector === 'Variable' && operators.length === 0) {
    const fields = `[${Object.keys(OPERATORS).join(', ')}]`;
    findings.error(`This object should have only one of the following fields: ${fields}`, location);
  } else if (operators.length > (selector === 'Variable' ? 1 : 0)) {
    const fields = selector === 'Variable' ? operators : [selector, ...operators];
    findings.error(`There should only be one of the following fields: [${fields.join(', ')}]`, location);
  }
}
