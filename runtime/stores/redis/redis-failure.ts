import { StoreFull, StoreUnavailable } from '../../ports/store.ts';

/** What Redis answers while it starts, moves slots, changes its master or cannot write: it did nothing, and will later. */
const NOT_NOW = /(?:^|-)(?:LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|NOREPLICAS|MISCONF|BUSY)\b/;
const NO_MEMORY = /(?:^|-)OOM\b/;

/** Why a command failed, as the port has it. Whether it has been carried out is known only of an answer from Redis. */
export function redisFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StoreUnavailable) return error;
  const { message } = error;
  // A script of Redis 6.2 says it in the midst of its own words.
  if (NO_MEMORY.test(message))
    return new StoreFull('Redis has reached its maxmemory; nothing was written', { cause: error });
  const isAnswer = error.name === 'ReplyError';
  if (isAnswer && !NOT_NOW.test(message)) return error;
  return new StoreUnavailable(`Redis does not answer, or not now: ${message}`, { cause: error });
}
