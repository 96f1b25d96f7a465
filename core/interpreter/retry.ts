import type { CompiledRetrier, CompiledState } from '../definition/program.ts';
import type { Host } from '../host.ts';
import type { Draft, Failure } from './draft.ts';
import { matchesError } from './error-match.ts';
import type { Frame } from './execution.ts';

/** Sets the next attempt if a retrier takes the failure and has attempts left. The first that takes it decides. */
export function retryFailure(draft: Draft, frame: Frame, state: CompiledState, failure: Failure): boolean {
  const index = state.retry.findIndex((retrier) => matchesError(retrier.errorEquals, failure));
  const retrier = state.retry[index];
  if (retrier === undefined) return false;
  const used = frame.retries[index] ?? 0;
  if (used >= retrier.maxAttempts) return false;
  draft.retrySet(frame, index, draft.nowMs + Math.round(retryDelaySeconds(retrier, used, draft.host) * 1000));
  return true;
}

/**
 * Seconds until the next attempt, `used` attempts of this retrier having been made.
 * FULL jitter draws from zero up to that. AWS: "Error handling", JitterStrategy.
 */
function retryDelaySeconds(retrier: CompiledRetrier, used: number, host: Host): number {
  const grown = retrier.intervalSeconds * retrier.backoffRate ** used;
  const delay = Math.min(grown, retrier.maxDelaySeconds);
  return retrier.jitter ? delay * host.random() : delay;
}
