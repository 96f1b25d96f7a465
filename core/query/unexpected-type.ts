import { isArray, type Json } from '../json.ts';
import { StatesError } from '../states-error.ts';

/** A JSONata expression gave a value of a type that its field does not take. `text` is without delimiters. */
export function unexpectedType(text: string, field: string, expected: string, value: Json): StatesError {
  const what = `The JSONata expression '${text}' specified for the field '${field}' returned an unexpected result type.`;
  return new StatesError(
    'States.QueryEvaluationError',
    `${what} Expected '${expected}', but was '${typeName(value)}' for value: ${JSON.stringify(value)}`,
    field,
  );
}

function typeName(value: Json): string {
  if (value === null) return 'null';
  return isArray(value) ? 'array' : typeof value;
}
