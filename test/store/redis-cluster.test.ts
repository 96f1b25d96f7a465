import { afterAll, beforeAll } from 'vitest';
import { RedisCluster } from '../redis/redis-cluster.ts';
import { describeRedisStore } from './redis-place.ts';

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await RedisCluster.start();
});
afterAll(() => cluster.stop());

describeRedisStore('redis cluster', () => cluster.url);
