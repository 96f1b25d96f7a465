import { isObject, type Json } from '../json.ts';
import type { Check, Scope } from './check.ts';
import type { ReservedVariables } from './jsonata-check.ts';
import { template } from './validate-query.ts';
import { variableNameProblem } from './variable-name.ts';

/** An Assign: names of variables and the templates of their values. */
export function assign(reserved: ReservedVariables = {}): Check {
  const checkValues = template(reserved);
  return (value, location, scope) => {
    if (!isObject(value)) {
      scope.findings.error('Expected value of type Object', location);
      return;
    }
    checkNames(value, location, scope);
    checkValues(value, location, scope);
  };
}

function checkNames(value: { readonly [name: string]: Json }, location: string, { findings, language }: Scope): void {
  for (const key of Object.keys(value)) {
    const name = language === 'JSONPath' && key.endsWith('.$') ? key.slice(0, -2) : key;
    const problem = variableNameProblem(name);
    if (problem !== undefined) findings.error(problem.message, location, problem.code);
  }
}
