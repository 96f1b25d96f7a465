import { openQueueClient } from './runtime/stores/redis/queue-client.ts';
import { RedisConnection } from './runtime/stores/redis/redis-connection.ts';
import { Schedules } from './workers/queue/schedules.ts';

export interface ScheduleConfig {
  /** The nodes' Redis, and what begins every key there. */
  readonly url: string;
  readonly keyPrefix: string;
  /** Certificate authority of Redis, PEM text. */
  readonly ca: string | undefined;
}

export interface OpenedSchedules {
  readonly schedules: Schedules;
  close(): Promise<void>;
}

/**
 * The schedules of the nodes that share a Redis.
 *
 * @throws {RedisUrlError} the URL is none.
 * @throws {StoreUnavailable} nobody answers there.
 */
export async function openSchedules({ url, keyPrefix, ca }: ScheduleConfig): Promise<OpenedSchedules> {
  const connection = await RedisConnection.open(url, { tlsCa: ca }, () => undefined);
  const client = openQueueClient(connection.client);
  const schedules = new Schedules(client, keyPrefix);
  return {
    schedules,
    close: async () => {
      await schedules.close();
      client.disconnect();
      connection.close();
    },
  };
}
