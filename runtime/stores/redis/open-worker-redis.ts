import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster, Redis } from 'ioredis';
import type { AttemptMailbox } from '../../ports/attempt-mailbox.ts';
import { openQueueClient } from './queue-client.ts';
import { RedisAttemptMailbox } from './redis-attempt-mailbox.ts';
import { RedisConnection, type RedisCredentials } from './redis-connection.ts';
import { RedisKeys } from './redis-keys.ts';
import { readPartitions } from './set-up.ts';

/** How often a worker that is there before the first node looks for it. */
const LOOK_MS = 500;

export interface WorkerRedisOptions extends RedisCredentials {
  /** As of RedisOptions. */
  readonly url: string;
  readonly keyPrefix: string;
  /** Told what operators should know. */
  readonly warn: (message: string) => void;
  /** Ends the wait for the first node. */
  readonly signal: AbortSignal;
}

/** What a worker process needs of Redis. */
export interface WorkerRedis {
  readonly attempts: AttemptMailbox;
  /** For BullMQ. */
  readonly queueClient: Redis | Cluster;
  close(): void;
}

/**
 * Waits until a node has set this Redis up: how many partitions there are is for nodes to say.
 *
 * @throws {RedisUrlError} the URL is none.
 * @throws {StoreUnavailable} nobody answers there, or not to these credentials.
 * @throws {SetUpDiffers} it was set up by a newer Redstep.
 * @throws {AbortError} `signal` has ended the wait.
 */
export async function openWorkerRedis(options: WorkerRedisOptions): Promise<WorkerRedis> {
  const connection = await RedisConnection.open(options.url, options, options.warn);
  try {
    const keys = new RedisKeys(options.keyPrefix);
    let partitionCount = await readPartitions(connection, keys);
    if (partitionCount === undefined) options.warn('no node has used this Redis yet: waiting for the first');
    while (partitionCount === undefined) {
      await delay(LOOK_MS, undefined, { signal: options.signal });
      partitionCount = await readPartitions(connection, keys);
    }
    const queueClient = openQueueClient(connection.client);
    return {
      attempts: new RedisAttemptMailbox(connection, keys, partitionCount),
      queueClient,
      close: () => {
        queueClient.disconnect();
        connection.close();
      },
    };
  } catch (error) {
    connection.close();
    throw error;
  }
}
