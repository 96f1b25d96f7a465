import { unmark } from './result.ts';
import type { Node, ObjectNode } from './syntax.ts';
import type { FreshObject, Value } from './value.ts';

/** Makes JSON of a result whose shape is known, in a time that does not depend on how much data it refers to. */
export type Finish = (value: Value) => Value;

const GIVES_SCALAR: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=', 'in', 'and', 'or', '&']);

/**
 * For an expression that can only give parts of the state's data, scalars, and objects of such: known before it runs,
 * so that its result need not be looked through. Undefined for any other.
 */
export function compileFinish(node: Node, isGiven: (name: string) => boolean): Finish | undefined {
  if (node.predicate || node.group || node.keepArray) return undefined;
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value':
      return (value) => value;
    case 'variable':
      return isGiven(node.value) ? unmark : undefined;
    case 'path': {
      const [first, ...rest] = node.steps;
      const startsGiven = first.type === 'variable' && !first.predicate && !first.tuple && isGiven(first.value);
      return startsGiven && rest.every((step) => step.type === 'name' && !step.tuple) ? unmark : undefined;
    }
    case 'unary':
      return node.value === '{' ? finishMembers(node, isGiven) : undefined;
    case 'binary':
      return GIVES_SCALAR.has(node.value) ? (value) => value : undefined;
    default:
      return undefined;
  }
}

/** The object is fresh, so what its members hold can be put right in place. */
function finishMembers(node: ObjectNode, isGiven: (name: string) => boolean): Finish | undefined {
  const members: { readonly name: string; readonly finish: Finish }[] = [];
  for (const [key, value] of node.lhs) {
    const finish = compileFinish(value, isGiven);
    if (key.type !== 'string' || key.predicate || key.value === '__proto__' || !finish) return undefined;
    members.push({ name: String(key.value), finish });
  }
  return (value) => {
    const object = value as FreshObject; // an object constructor's result
    for (const { name, finish } of members) {
      const member = object[name];
      if (typeof member === 'object' && member !== null) object[name] = finish(member);
    }
    return object;
  };
}
