import { randomUUID } from 'node:crypto';
import { openRedis } from '../../runtime/stores/redis/open-redis.ts';
import { describeStore } from './store-contract.ts';

/** The store contract on a Redis: each store has a key prefix of its own. */
export function describeRedisStore(name: string, url: () => string): void {
  describeStore(name, (partitions) => {
    const keyPrefix = randomUUID().slice(-8);
    return {
      open: async () => (await openRedis({ url: url(), keyPrefix, partitions, warn: () => undefined })).store,
      remove: () => undefined, // the Redis goes as a whole
    };
  });
}
