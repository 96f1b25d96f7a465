import { afterAll, beforeAll } from 'vitest';
import { RedisServer } from '../redis/redis-server.ts';
import { createRedisPlace } from './redis-place.ts';
import { describePartitionedStore } from './store-contract.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

describePartitionedStore('redis', (partitions) => createRedisPlace(server.url, partitions));
