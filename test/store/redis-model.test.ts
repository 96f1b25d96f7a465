import { afterAll, beforeAll, test } from 'vitest';
import { RedisServer } from '../redis/redis-server.ts';
import { createRedisPlace } from './redis-place.ts';
import { checkAgainstModel } from './store-model.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

test('after any commits, closings and openings, the Redis store answers as the memory store does', async () => {
  await checkAgainstModel(() => createRedisPlace(server.url, 1), 20);
});
