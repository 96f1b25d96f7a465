import { afterAll, beforeAll } from 'vitest';
import { RedisCluster } from '../redis/redis-cluster.ts';
import { createRedisPlace } from './redis-place.ts';
import { describePartitionedStore } from './store-contract.ts';

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await RedisCluster.start();
});
afterAll(() => cluster.stop());

describePartitionedStore('redis cluster', (partitions) => createRedisPlace(cluster.url, partitions));
