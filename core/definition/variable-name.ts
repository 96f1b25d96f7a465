import { VARIABLE_NAME_LENGTH_MAX } from '../limits.ts';

const NAME = /^\p{ID_Start}\p{ID_Continue}*$/u;

export interface VariableNameProblem {
  readonly code: 'INVALID_VARIABLE_NAME' | 'RESERVED_VARIABLE_NAME';
  readonly message: string;
}

/** Why a name cannot be a variable's, or undefined. Source: "Passing data between states with variables". */
export function variableNameProblem(name: string): VariableNameProblem | undefined {
  if (name === 'states') {
    return { code: 'RESERVED_VARIABLE_NAME', message: "Cannot assign to reserved variable '$states'." };
  }
  if (!NAME.test(name)) return invalid(name, 'the variable name contains invalid characters.');
  if (name.length <= VARIABLE_NAME_LENGTH_MAX) return undefined;
  return invalid(name, `the variable name exceeds the ${VARIABLE_NAME_LENGTH_MAX}-character limit.`);
}

function invalid(name: string, reason: string): VariableNameProblem {
  return { code: 'INVALID_VARIABLE_NAME', message: `Invalid variable name '${name}': ${reason}` };
}
