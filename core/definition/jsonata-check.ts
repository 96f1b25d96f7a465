import { JsonataSyntaxError, type Node, parseExpression } from '../query/jsonata/syntax.ts';
import { childrenOf, heightOf } from '../query/jsonata/walk.ts';
import { jsonataReferences } from '../query/jsonata.ts';

/** Which of the members of `$states` exist beside `input` and `context` where an expression stands. */
export interface ReservedVariables {
  readonly result?: boolean;
  readonly errorOutput?: boolean;
}

export interface JsonataProblem {
  readonly code: 'INVALID_JSONATA_EXPRESSION' | 'UNSUPPORTED_JSONATA_EXPRESSION';
  readonly message: string;
}

/**
 * What is wrong with an expression, given without its delimiters: its syntax, or references to what is not there.
 * Source: states-language.net, "JSONata Restrictions".
 */
export function jsonataProblems(expression: string, reserved: ReservedVariables): readonly JsonataProblem[] {
  try {
    return unsupportedIn(expression, reserved).map((message) => ({ code: 'UNSUPPORTED_JSONATA_EXPRESSION', message }));
  } catch (error) {
    if (error instanceof JsonataSyntaxError) return [{ code: 'INVALID_JSONATA_EXPRESSION', message: error.message }];
    if (error instanceof RangeError) {
      return [{ code: 'INVALID_JSONATA_EXPRESSION', message: `Expression nested too deeply: ${error.message}` }];
    }
    throw error;
  }
}

/** Names of the variables that an expression reads and does not bind itself. */
export function jsonataVariables(expression: string): readonly string[] {
  return jsonataReferences(expression).variables;
}

function unsupportedIn(expression: string, reserved: ReservedVariables): readonly string[] {
  const tree = parseExpression(expression);
  heightOf(tree);
  const { rootContexts, statesFields, functions } = jsonataReferences(expression);
  const names = [...rootContexts, ...rootNames(tree)];
  const absent = (['result', 'errorOutput'] as const).filter((name) => reserved[name] !== true);
  return [
    ...[...new Set(names)].map((name) => `Reference to '${name}' at the top level is not supported.`),
    ...absent
      .filter((name) => statesFields.includes(name))
      .map((name) => `Reference to '$states.${name}' is not supported in this field.`),
    ...(functions.includes('eval') ? ["Function '$eval' is not supported."] : []),
  ];
}

/** Unqualified names where no path has given anything that could have such a member. */
function rootNames(node: Node): readonly string[] {
  if (node.type === 'name') return [node.value];
  if (node.type === 'path') return node.steps.slice(0, 1).flatMap(rootNames);
  // What these look into is theirs to say.
  if (node.type === 'lambda' || node.type === 'transform' || node.type === 'sort') return [];
  const filters = [...(node.predicate ?? []), ...(node.stages ?? [])].flatMap((stage) =>
    stage.type === 'filter' ? [stage.expr] : [],
  );
  const within = new Set([...filters, ...(node.group?.lhs.flat() ?? [])]);
  return childrenOf(node).flatMap((child) => (within.has(child) ? [] : rootNames(child)));
}
