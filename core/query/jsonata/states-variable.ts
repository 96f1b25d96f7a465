import type { QueryScope } from '../query-scope.ts';
import type { Compiler, Evaluate } from './compiler.ts';
import type { PathNode, StatesField, StatesNode } from './syntax.ts';
import type { FreshObject, Value } from './value.ts';

const FIELDS: ReadonlySet<string> = new Set<StatesField>(['input', 'result', 'errorOutput', 'context']);

function isField(name: string): name is StatesField {
  return FIELDS.has(name);
}

/** Makes one step of `$states.input`, so that the object of all four fields need not be built for it. */
export function startAtStates(path: PathNode, compiler: Compiler): PathNode {
  const [variable, field, ...rest] = path.steps;
  if (variable.type !== 'variable' || variable.value !== 'states' || compiler.isBound('states')) return path;
  if (variable.predicate || variable.group || variable.tuple || variable.keepArray) return path;
  if (field?.type !== 'name' || field.tuple || !isField(field.value)) return path;
  return { ...path, steps: [{ ...field, type: 'states', value: field.value }, ...rest] };
}

export function compileStates(node: StatesNode): Evaluate {
  const { value: field } = node;
  return (_, frame) => fieldOf(frame.evaluation.scope, field);
}

function fieldOf(scope: QueryScope, field: StatesField): Value {
  return field === 'context' ? scope.context() : scope[field];
}

/** `$states` as a value, with the fields that the stage of the state has. */
export function statesObject(scope: QueryScope): Value {
  const states: FreshObject = { input: scope.input, context: scope.context() };
  if (scope.result !== undefined) states.result = scope.result;
  if (scope.errorOutput !== undefined) states.errorOutput = scope.errorOutput;
  return states;
}
