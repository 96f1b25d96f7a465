import { isArray, isObject, type Json, type JsonObject, setMember } from '../json.ts';
import { compilePathExpression } from './path-expression.ts';
import { PathSyntaxError } from './path-syntax-error.ts';
import type { Query } from './query-scope.ts';

/**
 * Compiles Parameters, ItemSelector, ResultSelector, Assign …: JSON in which a key ending in `.$` holds a path or an
 * intrinsic call, and stands for the key without `.$` and what that finds. Whatever holds no such key is given as it
 * is, not copied. Source: states-language.net, "Payload Template".
 * @throws {PathSyntaxError}; the query throws {StatesError} as compilePathExpression's.
 */
export function compilePayloadTemplate(template: Json): Query {
  return compileTemplate(template) ?? (() => template);
}

/** Undefined for a constant. */
function compileTemplate(template: Json): Query | undefined {
  if (isArray(template)) return compileItems(template);
  return isObject(template) ? compileMembers(template) : undefined;
}

function compileItems(items: readonly Json[]): Query | undefined {
  const queries = items.map(compileTemplate);
  if (queries.every((query) => query === undefined)) return undefined;
  return (scope) => items.map((item, i) => queries[i]?.(scope) ?? item);
}

interface Member {
  readonly name: string;
  readonly value: Query;
}

function compileMembers(template: JsonObject): Query | undefined {
  let constant = true;
  const members = Object.entries(template).map(([key, value]): Member => {
    const query = isDynamic(key) ? compileDynamic(key, value) : compileTemplate(value);
    if (query !== undefined) constant = false;
    return { name: isDynamic(key) ? key.slice(0, -2) : key, value: query ?? (() => value) };
  });
  if (constant) return undefined;
  return (scope) => {
    const payload: { [name: string]: Json } = {};
    for (const { name, value } of members) setMember(payload, name, value(scope));
    return payload;
  };
}

function isDynamic(key: string): boolean {
  return key.endsWith('.$');
}

function compileDynamic(key: string, value: Json): Query {
  if (typeof value !== 'string') throw new PathSyntaxError(`The value for the field '${key}' must be a string`);
  return compilePathExpression(value, key);
}
