import { randomUUID } from 'node:crypto';
import { type OpenedRedis, openRedis, type RedisOptions } from '../../runtime/stores/redis/open-redis.ts';

/** A deployment of its own with one partition, unless the options say otherwise; `warnings` are kept. */
export async function openOwnRedis(
  options: Omit<RedisOptions, 'warn'>,
): Promise<OpenedRedis & { readonly warnings: readonly string[] }> {
  const warnings: string[] = [];
  const keyPrefix = `t${randomUUID().slice(-8)}`;
  const opened = await openRedis({ partitions: 1, keyPrefix, ...options, warn: (message) => warnings.push(message) });
  return { ...opened, warnings };
}
