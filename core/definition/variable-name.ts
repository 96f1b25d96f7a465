import { VARIABLE_NAME_LENGTH_MAX } from '../limits.ts';

const NAME = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;

/** Why a name cannot be a variable's, or undefined. Source: "Passing data between states with variables". */
export function variableNameProblem(name: string): string | undefined {
  if (!NAME.test(name)) return `'${name}' is not a valid variable name`;
  if (name.length > VARIABLE_NAME_LENGTH_MAX) {
    return `Variable name '${name}' exceeds the ${VARIABLE_NAME_LENGTH_MAX}-character limit`;
  }
  return name === 'states' ? "The variable name 'states' is reserved" : undefined;
}
