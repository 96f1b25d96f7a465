import type { Failure } from './draft.ts';

/**
 * Whether an entry's ErrorEquals takes an error. `States.ALL` takes all; `States.TaskFailed` all but a timeout.
 * AWS: "Handling errors in Step Functions workflows".
 */
export function matchesError(errorEquals: readonly string[], failure: Failure): boolean {
  const error = failure.error ?? '';
  return errorEquals.some(
    (name) => name === error || name === 'States.ALL' || (name === 'States.TaskFailed' && error !== 'States.Timeout'),
  );
}
