import { compilePath, pathReferences } from '../query/json-path.ts';
import { compilePathExpression, expressionVariables } from '../query/path-expression.ts';
import { PathSyntaxError } from '../query/path-syntax-error.ts';

/** Whether a text is a JSONPath that can be read. */
export function isPath(text: string): boolean {
  return withoutSyntaxError(() => compilePath(text)) !== undefined;
}

/** Whether a text is a path or a call of an intrinsic function that can be read: `States.Format('{}', $.name)`. */
export function isPathExpression(text: string): boolean {
  return withoutSyntaxError(() => compilePathExpression(text, '')) !== undefined;
}

/** Names of the variables that a path or an intrinsic call reads. */
export function pathVariables(text: string): readonly string[] {
  return withoutSyntaxError(() => expressionVariables(text)) ?? [];
}

export type PathRoot = 'input' | 'context' | 'variable';

/** Whether a text is a path of member names and single indexes from one of the given roots. */
export function isReferencePath(text: string, roots: readonly PathRoot[]): boolean {
  const references = withoutSyntaxError(() => pathReferences(text));
  if (references?.isReferencePath !== true) return false;
  if (references.variables.length > 0) return roots.includes('variable');
  return roots.includes(text.trimStart().startsWith('$$') ? 'context' : 'input');
}

function withoutSyntaxError<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof PathSyntaxError) return undefined;
    throw error;
  }
}
