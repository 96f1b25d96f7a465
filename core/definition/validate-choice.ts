import type { JsonObject } from '../json.ts';
import { anything, type Check, checkShape, decimal, flag, listOf, type Scope, type Shape, text } from './check.ts';
import { assign } from './validate-assign.ts';
import { jsonataOnly, jsonPathOnly, orExpression, referencePath, template, timestamp } from './validate-query.ts';

const number = decimal(-Number.MAX_VALUE);

/** The 39 comparison operators of JSONPath, each with what it compares to. Source: "Choice workflow state". */
const OPERATORS: { readonly [operator: string]: Check } = {
  ...comparisons('String', text),
  ...comparisons('Numeric', number),
  ...comparisons('Timestamp', timestamp),
  BooleanEquals: flag,
  BooleanEqualsPath: referencePath,
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
      [`${type}${operator}Path`, referencePath],
    ]),
  );
}

const nestedRule: Check = (value, location, scope) => {
  if (checkShape(value, location, scope, NESTED_RULE)) checkOperators(value, location, scope);
};

const CONDITION_FIELDS = {
  Comment: anything,
  Variable: jsonPathOnly(referencePath),
  And: jsonPathOnly(listOf(nestedRule, 1)),
  Or: jsonPathOnly(listOf(nestedRule, 1)),
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
  if (!checkShape(value, location, scope, RULE)) return;
  if (scope.language === 'JSONPath') {
    checkOperators(value, location, scope);
  } else if (!Object.hasOwn(value, 'Condition')) {
    scope.findings.error('These fields are required: [Condition]', location);
  }
};

const COMBINATORS: readonly string[] = ['And', 'Or', 'Not'];

/** A rule compares once, or combines other rules: never both, never neither. */
function checkOperators(rule: JsonObject, location: string, { findings }: Scope): void {
  const given = Object.keys(rule).filter((name) => COMBINATORS.includes(name) || Object.hasOwn(OPERATORS, name));
  const [operator, another] = given;
  if (operator === undefined) {
    findings.error('A choice rule must have a comparison operator, And, Or or Not', location);
  } else if (another !== undefined) {
    findings.error(`There should only be one of the following fields: [${given.join(', ')}]`, location);
  } else if (!COMBINATORS.includes(operator) && !Object.hasOwn(rule, 'Variable')) {
    findings.error('These fields are required: [Variable]', location);
  }
}
