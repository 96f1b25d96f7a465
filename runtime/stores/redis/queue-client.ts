import { Cluster, type Redis } from 'ioredis';

/** As long as a timer can be set for: until Redis is back. */
const NEVER_MS = 2_147_483_647;
/** A connection that is silent for so long is taken for dead: above what the longest blocking read takes. */
const SILENCE_MS_MAX = 30_000;

const PATIENT = {
  connectionName: 'redstep-queues',
  enableOfflineQueue: true,
  autoResendUnfulfilledCommands: true,
  maxRetriesPerRequest: null,
  enableAutoPipelining: true, // one write for all commands of a turn of the event loop: most of a job's cost
  commandTimeout: NEVER_MS,
  socketTimeout: SILENCE_MS_MAX,
} as const;

/**
 * A connection of its own to the same Redis, for BullMQ and for blocking reads: commands wait for as long as it takes,
 * and are sent again by themselves. Who opens it ends it.
 */
export function openQueueClient(client: Redis | Cluster): Redis | Cluster {
  const { enableOfflineQueue, ...redisOptions } = PATIENT;
  const opened =
    client instanceof Cluster
      ? client.duplicate(undefined, { redisOptions, enableOfflineQueue })
      : client.duplicate(PATIENT);
  opened.on('error', () => undefined); // it connects again by itself; the store's connection tells of it
  return opened;
}
