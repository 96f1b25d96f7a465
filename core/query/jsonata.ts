import { isArray, isObject, type Json, type JsonObject, setMember } from '../json.ts';
import { StatesError } from '../states-error.ts';
import { BUILTINS } from './jsonata/builtins.ts';
import { compileTree } from './jsonata/compile.ts';
import { compileFinish } from './jsonata/direct-result.ts';
import { Evaluation } from './jsonata/evaluation.ts';
import { Frame } from './jsonata/frame.ts';
import { JsonataError } from './jsonata/jsonata-error.ts';
import { type JsonataReferences, referencesOf } from './jsonata/references.ts';
import { toJson } from './jsonata/result.ts';
import { parseExpression } from './jsonata/syntax.ts';
import { boundNames } from './jsonata/walk.ts';
import type { Query, QueryScope } from './query-scope.ts';

/**
 * JSONata in Step Functions: `{% expression %}`. Source: "Transforming data with JSONata" in AWS's developer guide,
 * docs.jsonata.org, and docs/adr/0001-jsonata-evaluator.md for how it is evaluated.
 */

/** A compiled expression. Undefined: it found nothing. @throws {StatesError} States.QueryEvaluationError */
export type JsonataQuery = (scope: QueryScope) => Json | undefined;

/** Whether a string of a definition is an expression: nothing may stand outside its delimiters. */
export function isJsonataExpression(text: string): boolean {
  return text.length >= 4 && text.startsWith('{%') && text.endsWith('%}');
}

/** The expression within `{% … %}`, as AWS's messages quote it. */
export function jsonataText(text: string): string {
  return text.slice(2, -2).trim();
}

/** @throws {JsonataSyntaxError} */
export function jsonataReferences(expression: string): JsonataReferences {
  return referencesOf(expression);
}

/** Compiles an expression without its delimiters. @throws {JsonataSyntaxError} */
export function compileJsonata(expression: string): JsonataQuery {
  const evaluate = compileEvaluation(expression);
  return (scope) => {
    try {
      return evaluate(scope);
    } catch (error) {
      throw queryEvaluationError(describe(error));
    }
  };
}

/**
 * Compiles a field's value: any JSON in which strings `{% … %}` are expressions and all else is what it is; a value
 * without any is given as it is, not copied. `field` is where it stands in the state: `Output`, `Choices[0]/Condition`.
 * @throws {JsonataSyntaxError}; the query throws {StatesError} States.QueryEvaluationError, with its location.
 */
export function compileJsonataTemplate(template: Json, field: string): Query {
  return compileTemplate(template, field) ?? (() => template);
}

/** Evaluates; throws what evaluating throws. */
function compileEvaluation(expression: string): JsonataQuery {
  const tree = parseExpression(expression);
  const evaluate = compileTree(tree);
  const bound = boundNames(tree);
  const finish = compileFinish(tree, (name) => !bound.has(name) && !isReserved(name));
  return (scope) => {
    const evaluation = new Evaluation(scope);
    const result = evaluate(undefined, new Frame(evaluation));
    return finish ? (finish(result) as Json | undefined) : toJson(result, evaluation); // `finish` makes JSON of it
  };
}

/** Names that never stand for a variable of the state. */
function isReserved(name: string): boolean {
  return name === '' || name === '$' || BUILTINS.has(name);
}

/** Undefined for a constant. */
function compileTemplate(template: Json, field: string): Query | undefined {
  if (typeof template === 'string') return isJsonataExpression(template) ? compileField(template, field) : undefined;
  if (isArray(template)) return compileItems(template, field);
  return isObject(template) ? compileMembers(template, field) : undefined;
}

function compileField(text: string, field: string): Query {
  const expression = jsonataText(text);
  const evaluate = compileEvaluation(expression);
  return (scope) => {
    let value: Json | undefined;
    try {
      value = evaluate(scope);
    } catch (error) {
      throw fieldError(expression, field, ` threw an error during evaluation. ${describe(error)}`);
    }
    if (value === undefined) throw fieldError(expression, field, ' returned nothing (undefined).');
    return value;
  };
}

function compileItems(items: readonly Json[], field: string): Query | undefined {
  const queries = items.map((item, i) => compileTemplate(item, `${field}[${i}]`));
  if (queries.every((query) => query === undefined)) return undefined;
  return (scope) =>
    items.map((item, i) => {
      const query = queries[i];
      return query ? query(scope) : item;
    });
}

function compileMembers(template: JsonObject, field: string): Query | undefined {
  const members = Object.entries(template).map(([name, value]) => ({
    name,
    value,
    query: compileTemplate(value, `${field}/${name}`),
  }));
  if (members.every(({ query }) => query === undefined)) return undefined;
  return (scope) => {
    const result: { [name: string]: Json } = {};
    for (const { name, value, query } of members) setMember(result, name, query ? query(scope) : value);
    return result;
  };
}

function fieldError(expression: string, field: string, outcome: string): StatesError {
  return queryEvaluationError(
    `The JSONata expression '${expression}' specified for the field '${field}'${outcome}`,
    field,
  );
}

function queryEvaluationError(reason: string, location?: string): StatesError {
  return new StatesError('States.QueryEvaluationError', reason, location);
}

/** What went wrong in an evaluation; anything that no expression should be able to cause is thrown on. */
function describe(error: unknown): string {
  if (error instanceof JsonataError) return error.describe();
  // The budget keeps within a usual stack; a smaller one must still end the expression, not the process.
  if (error instanceof RangeError) return new JsonataError('D1011').describe();
  throw error;
}
