import { afterAll, beforeAll } from 'vitest';
import { RedisServer } from '../redis/redis-server.ts';
import { describeRedisStore } from './redis-place.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

describeRedisStore('redis', () => server.url);
