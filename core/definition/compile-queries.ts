import type { Json } from '../json.ts';
import { compilePath } from '../query/json-path.ts';
import { compileJsonataTemplate, isJsonataExpression, jsonataText } from '../query/jsonata.ts';
import { compilePathExpression } from '../query/path-expression.ts';
import { compilePayloadTemplate } from '../query/payload-template.ts';
import type { Query, QueryScope } from '../query/query-scope.ts';
import { unexpectedType } from '../query/unexpected-type.ts';
import type { Field } from './program.ts';

/** Compiles a state's expressions in its query language. */
export interface Queries {
  readonly jsonata: boolean;
  /** Parameters, ResultSelector, ItemSelector, Assign; Arguments, Output: any JSON with expressions in it. */
  template(value: Json | undefined, field: string): Query | undefined;
  /** A Choice rule's Condition: JSONata. `field` names it in messages. */
  condition(condition: string | boolean | undefined, field: string): (scope: QueryScope) => boolean;
  /** A field that holds a value or, in JSONata, an expression; its `…Path` twin holds a JSONPath or an intrinsic. */
  field<T extends number | string>(
    name: string,
    value: T | string | undefined,
    path: string | undefined,
  ): Field<T> | undefined;
}

export function compileQueries(jsonata: boolean): Queries {
  return {
    jsonata,
    template(value, field) {
      if (value === undefined) return undefined;
      return jsonata ? compileJsonataTemplate(value, field) : compilePayloadTemplate(value);
    },
    condition: compileCondition,
    field<T extends number | string>(name: string, value: T | string | undefined, path: string | undefined) {
      if (path !== undefined) {
        const field = `${name}Path`;
        const query = name === 'Error' || name === 'Cause' ? compilePathExpression(path, field) : compilePath(path);
        return { name: field, constant: undefined, query, text: path };
      }
      if (value === undefined) return undefined;
      if (jsonata && typeof value === 'string' && isJsonataExpression(value)) {
        const text = jsonataText(value);
        return { name, constant: undefined, query: compileJsonataTemplate(value, name), text };
      }
      return { name, constant: value as T, query: undefined, text: String(value) }; // validated: no expression, so a T
    },
  };
}

/** A Condition must come out true or false: anything else is an error, as an undefined result is. */
function compileCondition(condition: string | boolean | undefined, field: string): (scope: QueryScope) => boolean {
  if (typeof condition !== 'string') return () => condition === true;
  const evaluate = compileJsonataTemplate(condition, field);
  return (scope) => {
    const value = evaluate(scope);
    if (typeof value === 'boolean') return value;
    throw unexpectedType(jsonataText(condition), field, 'boolean', value);
  };
}
