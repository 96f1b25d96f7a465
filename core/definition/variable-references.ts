import { isArray, isObject, type Json } from '../json.ts';
import { isJsonataExpression, jsonataText } from '../query/jsonata.ts';
import type { Definition, QueryLanguage, State, StatesBlock } from './ast.ts';
import { jsonataVariables } from './jsonata-check.ts';
import { pathVariables } from './path-check.ts';

/** Members of a state that hold states of their own, or data that no query is applied to. */
const NOT_QUERIED: ReadonlySet<string> = new Set(['Branches', 'ItemProcessor', 'Iterator', 'Result', 'Comment']);

/** Members whose value is a payload template: only names ending in `.$` hold queries there. */
const TEMPLATES: ReadonlySet<string> = new Set([
  'Parameters',
  'ResultSelector',
  'ItemSelector',
  'BatchInput',
  'Assign',
  'Credentials',
]);

/**
 * The variables that each state reads, by the state's name and in alphabetical order; states that read none are left
 * out. As DescribeStateMachine gives it.
 */
export function variableReferences(definition: Definition): { [stateName: string]: string[] } {
  const references: [string, string[]][] = [];
  collectBlock(definition, definition.QueryLanguage ?? 'JSONPath', references);
  return Object.fromEntries(references);
}

function collectBlock(block: StatesBlock, language: QueryLanguage, references: [string, string[]][]): void {
  for (const [name, state] of Object.entries(block.States)) {
    const found = new Set<string>();
    const own = state.QueryLanguage ?? language;
    for (const [field, value] of Object.entries(state)) {
      if (NOT_QUERIED.has(field)) continue;
      if (own === 'JSONata') collectExpressions(value, found);
      else collectPaths(field, value, found);
    }
    if (found.size > 0) references.push([name, [...found].sort()]);
    for (const nested of nestedBlocks(state)) collectBlock(nested, language, references);
  }
}

function nestedBlocks(state: State): readonly StatesBlock[] {
  if (state.Type === 'Parallel') return state.Branches;
  const processor = state.Type === 'Map' ? (state.ItemProcessor ?? state.Iterator) : undefined;
  return processor === undefined ? [] : [processor];
}

function collectExpressions(value: Json, found: Set<string>): void {
  if (typeof value === 'string') {
    if (isJsonataExpression(value)) addAll(jsonataVariables(jsonataText(value)), found);
  } else if (isArray(value)) {
    for (const item of value) collectExpressions(item, found);
  } else if (isObject(value)) {
    for (const member of Object.values(value)) collectExpressions(member, found);
  }
}

/** Paths stand in members named …Path or Variable, and in templates; rules, retriers and readers hold members again. */
function collectPaths(name: string, value: Json, found: Set<string>): void {
  if (typeof value === 'string') {
    if (name === 'Variable' || name.endsWith('Path')) addAll(pathVariables(value), found);
  } else if (TEMPLATES.has(name)) {
    collectTemplate(value, found);
  } else if (isArray(value)) {
    for (const item of value) collectPaths('', item, found);
  } else if (isObject(value)) {
    for (const [member, inner] of Object.entries(value)) collectPaths(member, inner, found);
  }
}

function collectTemplate(value: Json, found: Set<string>): void {
  if (isArray(value)) {
    for (const item of value) collectTemplate(item, found);
  } else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      if (typeof member !== 'string') collectTemplate(member, found);
      else if (name.endsWith('.$')) addAll(pathVariables(member), found);
    }
  }
}

function addAll(names: readonly string[], found: Set<string>): void {
  for (const name of names) found.add(name);
}
