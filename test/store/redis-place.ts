import { randomUUID } from 'node:crypto';
import { openRedis } from '../../runtime/stores/redis/open-redis.ts';
import type { StorePlace } from './store-contract.ts';

/** A place of its own on a Redis: a new key prefix. */
export function createRedisPlace(url: string, partitions: number): StorePlace {
  const keyPrefix = randomUUID().slice(-8);
  return {
    open: async () => (await openRedis({ url, keyPrefix, partitions, warn: () => undefined })).store,
    remove: () => undefined, // the Redis goes as a whole
  };
}
