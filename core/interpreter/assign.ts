import { isObject, utf8Length } from '../json.ts';
import { VARIABLE_BYTES_MAX, VARIABLES_BYTES_MAX } from '../limits.ts';
import { StatesError } from '../states-error.ts';
import type { Execution, Frame } from './execution.ts';
import type { Payload } from './payload.ts';

/** The limits of an Assign: one variable, one Assign, and all variables of the execution. AWS: "Variable limits". */
export function checkVariables(execution: Execution, frame: Frame, assigned: Payload): void {
  if (!isObject(assigned.value)) throw new StatesError('States.Runtime', 'Assign must be an object.');
  if (assigned.text.length * 3 <= VARIABLE_BYTES_MAX && execution.variableBytes * 3 <= VARIABLES_BYTES_MAX) return;
  const bytes = utf8Length(assigned.text);
  if (bytes > VARIABLE_BYTES_MAX) {
    throw new StatesError(
      'States.DataLimitExceeded',
      `The variables assigned by the state '${frame.state?.name ?? ''}' exceed the maximum size of ${VARIABLE_BYTES_MAX} bytes.`,
    );
  }
  if (execution.variableBytes + bytes > VARIABLES_BYTES_MAX) {
    throw new StatesError(
      'States.DataLimitExceeded',
      `The variables of the execution exceed the maximum total size of ${VARIABLES_BYTES_MAX} bytes.`,
    );
  }
}
