import { isArray, isObject, type Json } from '../json.ts';
import { StatesError } from '../states-error.ts';
import { childAt, compileKeys, compileSteps, referenceKeys } from './json-path-select.ts';
import { type JsonPath, type PathRoot, type PathStep, parsePath } from './json-path-syntax.ts';
import { startSearch } from './path-search.ts';
import type { Query, QueryScope } from './query-scope.ts';

/** What a compiled path finds, or undefined. @throws {StatesError} if the search passes all measure. */
export type Selector = (scope: QueryScope) => Json | undefined;

/**
 * Compiles a path whose absence the caller words itself: `IsPresent`, SecondsPath.
 * An indefinite path always finds an array, empty if nothing matches.
 * @throws {PathSyntaxError}
 */
export function compileSelector(text: string): Selector {
  return selectorOf(parsePath(text));
}

/**
 * Compiles a path that must find something. `field` is the key of a payload template (`name.$`) or one of the fields
 * whose error AWS words likewise (ErrorPath, CausePath); without it the wording is that of InputPath, OutputPath,
 * TimeoutSecondsPath and the like.
 * @throws {PathSyntaxError}; the query throws {StatesError} States.Runtime.
 */
export function compilePath(text: string, field?: string): Query {
  const path = parsePath(text);
  if (field === undefined) {
    return compileFound(path, (document) => `Invalid path '${quotedPath(path)}' : ${whyNotFound(path, document)}`);
  }
  const query = compileFound(path, (document) => {
    const input = JSON.stringify(document);
    return `The JSONPath '${quotedPath(path)}' specified for the field '${field}' could not be found in the input '${input}'`;
  });
  return refusingNull(path, query);
}

/** Compiles a path that is an argument of an intrinsic function. @throws as compilePath's. */
export function compileArgumentPath(path: JsonPath): Query {
  const query = compileFound(path, (document) => {
    const input = JSON.stringify(document);
    return `The JsonPath argument for the field '${quotedPath(path)}' could not be found in the input '${input}'`;
  });
  return refusingNull(path, query);
}

export interface PathReferences {
  /** Names of the variables the path reads. */
  readonly variables: readonly string[];
  /** Whether it has only member names and single indexes, as ResultPath and Choice's Variable ask for. */
  readonly isReferencePath: boolean;
}

/** @throws {PathSyntaxError} */
export function pathReferences(text: string): PathReferences {
  const { root, steps } = parsePath(text);
  return {
    variables: root.type === 'variable' ? [root.name] : [],
    isReferencePath: referenceKeys(steps) !== undefined,
  };
}

function selectorOf({ root, steps }: JsonPath): Selector {
  const select = compileRoot(steps);
  switch (root.type) {
    case 'input':
      return (scope) => select(scope.input);
    case 'context':
      return (scope) => select(scope.context());
    case 'variable':
      return (scope) => {
        const value = scope.variable(root.name);
        return value === undefined ? undefined : select(value);
      };
  }
}

function compileRoot(steps: readonly PathStep[]): (document: Json) => Json | undefined {
  const keys = referenceKeys(steps);
  if (keys !== undefined) return compileKeys(keys);
  const select = compileSteps(steps);
  return (document) => select(document, startSearch(document));
}

/** A query that fails where the path finds nothing; `describe` words it for the document that was searched. */
function compileFound(path: JsonPath, describe: (document: Json) => string): Query {
  const select = selectorOf(path);
  return (scope) => {
    const found = select(scope);
    if (found !== undefined) return found;
    const document = rootOf(path.root, scope) ?? scope.input;
    throw document === null ? nullInput() : new StatesError('States.Runtime', describe(document));
  };
}

/** Payload templates and arguments take no null for `$`, where InputPath and OutputPath pass it on. */
function refusingNull(path: JsonPath, query: Query): Query {
  if (path.root.type !== 'input' || path.steps.length > 0) return query;
  return ({ input }) => {
    if (input === null) throw nullInput();
    return input;
  };
}

function nullInput(): StatesError {
  return new StatesError('States.Runtime', 'Unable to apply Path transformation to null or empty input.');
}

/** The path as AWS quotes it: to its JSONPath library the context object is a document like any other. */
function quotedPath({ root, text }: JsonPath): string {
  return root.type === 'context' ? text.slice(1) : text;
}

function rootOf(root: PathRoot, scope: QueryScope): Json | undefined {
  switch (root.type) {
    case 'input':
      return scope.input;
    case 'context':
      return scope.context();
    case 'variable':
      return scope.variable(root.name);
  }
}

/** Where a definite path ends, in the words of Jayway's PathNotFoundException. */
function whyNotFound({ steps }: JsonPath, document: Json): string {
  const keys = referenceKeys(steps) ?? [];
  let value: Json | undefined = document;
  let passed = '$';
  for (const [i, key] of keys.entries()) {
    if (value === undefined) break;
    if (typeof key === 'number' && !isArray(value)) {
      return `Filter: [${key}] can only be applied to arrays. Current context is: ${JSON.stringify(value)}`;
    }
    const fragment = typeof key === 'number' ? `[${key}]` : `['${key}']`;
    if (typeof key === 'string' && !isObject(value)) {
      return `Expected to find an object with property ${fragment} in path ${passed} but found '${javaClass(value)}'. This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.`;
    }
    passed += fragment;
    value = childAt(value, key);
    if (value === undefined && typeof key === 'string' && i < keys.length - 1)
      return `Missing property in path ${passed}`;
  }
  return `No results for path: $${keys.map((key) => (typeof key === 'number' ? `[${key}]` : `['${key}']`)).join('')}`;
}

function javaClass(value: Json): string {
  const node = isArray(value) ? 'Array' : value === null ? 'Null' : NODE_CLASSES[typeof value];
  return `com.fasterxml.jackson.databind.node.${node ?? 'Object'}Node`;
}

const NODE_CLASSES: { readonly [type: string]: string } = { string: 'Text', number: 'Numeric', boolean: 'Boolean' };
