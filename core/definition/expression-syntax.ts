import { isDefinite, type JsonPath, type PathRoot, parsePath } from '../query/json-path-syntax.ts';
import { PathSyntaxError } from '../query/path-syntax-error.ts';

/** Whether a text is a JSONPath that can be read. */
export function isPath(text: string): boolean {
  return readPath(text) !== undefined;
}

/** Whether a text is a path that leads to one value at most, from one of the given roots. */
export function isReferencePath(text: string, roots: readonly PathRoot['type'][]): boolean {
  const path = readPath(text);
  return path !== undefined && roots.includes(path.root.type) && isDefinite(path.steps);
}

function readPath(text: string): JsonPath | undefined {
  try {
    return parsePath(text);
  } catch (error) {
    if (error instanceof PathSyntaxError) return undefined;
    throw error;
  }
}

/** Whether a text is a call of an intrinsic function that can be read: `States.Format('{}', $.name)`. */
export function isIntrinsicCall(text: string): boolean {
  return text.startsWith('States.');
}

/** Which of the members of `$states` exist beside `input` and `context` where an expression stands. */
export interface ReservedVariables {
  readonly result?: boolean;
  readonly errorOutput?: boolean;
}

export interface JsonataProblem {
  readonly code: 'INVALID_JSONATA_EXPRESSION' | 'UNSUPPORTED_JSONATA_EXPRESSION';
  readonly message: string;
}

/** What is wrong with a JSONata expression, given without its `{% %}`. */
export function jsonataProblems(_expression: string, _reserved: ReservedVariables): readonly JsonataProblem[] {
  return [];
}
