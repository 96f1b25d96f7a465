import type { BullmqSetup } from './bullmq-driver.ts';
import { startDriver } from './driver.ts';
import { type AppendFsync, startRedis } from './redis-server.ts';
import type { Target } from './target.ts';

/** BullMQ alone, doing the same work with jobs and flows: queue, worker and load in one process. No history is kept. */
export function bullmq(fsync: AppendFsync): Target {
  return {
    name: `bullmq-${fsync}`,
    boundary: 'each job added, taken and completed: queue and worker–Redis (TCP)',
    open: async ({ name, input }, { directory, profileDir }) => {
      const redis = await startRedis(directory, fsync);
      try {
        const setup: BullmqSetup = { workflow: name, input, redis: { url: redis.url, pid: redis.pid } };
        const driver = await startDriver(new URL('bullmq-driver.js', import.meta.url), { setup, profileDir });
        return { measure: driver.measure, close: () => driver.close().finally(redis.stop) };
      } catch (error) {
        await redis.stop();
        throw error;
      }
    },
  };
}
