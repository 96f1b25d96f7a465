import type { Failure } from './draft.ts';

/**
 * Whether an entry's ErrorEquals takes an error. `States.ALL` takes all but States.Runtime, `States.TaskFailed` all but
 * that and a timeout. AWS: "Handling errors in Step Functions workflows".
 */
export function matchesError(errorEquals: readonly string[], { error = '', heartbeat = false }: Failure): boolean {
  return errorEquals.some((name) => {
    if (name === error) return true;
    if (name === 'States.ALL') return error !== 'States.Runtime';
    if (name === 'States.TaskFailed') return error !== 'States.Timeout' && error !== 'States.Runtime';
    return name === 'States.HeartbeatTimeout' && heartbeat;
  });
}
