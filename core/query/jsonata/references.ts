import { BUILTINS } from './builtins.ts';
import { type Node, parseExpression } from './syntax.ts';
import { childrenOf, heightOf } from './walk.ts';

/** What an expression refers to outside itself, each name once, in the order it is written. */
export interface JsonataReferences {
  /** Variables it reads that it does not bind itself, `$states` and functions apart: names without `$`. */
  readonly variables: readonly string[];
  /** Members of `$states` it reads: `input`, `result` … */
  readonly statesFields: readonly string[];
  /** Functions it calls by a name that it does not bind itself: without `$`, whether they exist or not. */
  readonly functions: readonly string[];
  /** `$` or `$$` where there is no context value: outside paths and predicates, `$$` anywhere. */
  readonly rootContexts: readonly string[];
}

/** @throws {JsonataSyntaxError} */
export function referencesOf(expression: string): JsonataReferences {
  const found = {
    variables: new Set<string>(),
    statesFields: new Set<string>(),
    functions: new Set<string>(),
    rootContexts: new Set<string>(),
  };
  const tree = parseExpression(expression);
  heightOf(tree);
  collect(tree, new Set(), true, found);
  return {
    variables: [...found.variables],
    statesFields: [...found.statesFields],
    functions: [...found.functions],
    rootContexts: [...found.rootContexts],
  };
}

type Found = { readonly [K in keyof JsonataReferences]: Set<string> };

/** `bound` holds the names bound so far; `isRoot` tells that no path has given a context value yet. */
function collect(node: Node, bound: Set<string>, isRoot: boolean, found: Found): void {
  if (node.focus !== undefined) bound.add(node.focus);
  if (node.index !== undefined) bound.add(node.index);
  for (const stage of node.stages ?? []) if (stage.type === 'index') bound.add(stage.value);
  switch (node.type) {
    case 'variable':
      collectVariable(node.value, bound, isRoot, found);
      break;
    case 'path':
      collectPath(node.steps, bound, isRoot, found);
      break;
    case 'bind':
      collect(node.rhs, bound, isRoot, found);
      bound.add(node.lhs.value);
      break;
    case 'lambda':
      collect(node.body, new Set([...bound, ...node.arguments.map(({ value }) => value)]), isRoot, found);
      break;
    case 'block': {
      const inner = new Set(bound);
      for (const expression of node.expressions) collect(expression, inner, isRoot, found);
      break;
    }
    case 'function':
    case 'partial':
      collectCall(node.procedure, bound, isRoot, found);
      for (const argument of node.arguments) if (argument.type !== 'operator') collect(argument, bound, isRoot, found);
      break;
    case 'transform':
      for (const child of childrenOf(node)) collect(child, bound, false, found);
      return;
    default:
      for (const child of childrenOf({ ...node, predicate: [], stages: [], group: { lhs: [] } }))
        collect(child, bound, isRoot, found);
  }
  for (const stage of [...(node.predicate ?? []), ...(node.stages ?? [])]) {
    if (stage.type === 'filter') collect(stage.expr, bound, false, found);
  }
  for (const child of node.group?.lhs.flat() ?? []) collect(child, bound, false, found);
}

function collectVariable(name: string, bound: ReadonlySet<string>, isRoot: boolean, found: Found): void {
  if (name === '$' || (name === '' && isRoot)) found.rootContexts.add(`$${name}`);
  else if (name !== '' && name !== 'states' && !bound.has(name) && !BUILTINS.has(name)) found.variables.add(name);
}

function collectPath(steps: readonly Node[], bound: Set<string>, isRoot: boolean, found: Found): void {
  const [first, second] = steps;
  if (first?.type === 'variable' && first.value === 'states' && !bound.has('states') && second?.type === 'name') {
    found.statesFields.add(second.value);
  }
  for (const [i, step] of steps.entries()) collect(step, bound, isRoot && i === 0, found);
}

function collectCall(procedure: Node, bound: Set<string>, isRoot: boolean, found: Found): void {
  if (procedure.type !== 'variable') collect(procedure, bound, isRoot, found);
  else if (!bound.has(procedure.value)) found.functions.add(procedure.value);
}
