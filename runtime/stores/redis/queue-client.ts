import { Cluster, type Redis } from 'ioredis';

/** A connection that is silent for so long is taken for dead: above what the longest blocking read takes. */
const SILENCE_MS_MAX = 30_000;

/** The types know no way to take the store's timeout back. */
const NO_TIMEOUT = { commandTimeout: undefined } as unknown as { readonly commandTimeout: number };

const PATIENT = {
  ...NO_TIMEOUT,
  connectionName: 'redstep-queues',
  autoResendUnfulfilledCommands: true,
  maxRetriesPerRequest: null,
  socketTimeout: SILENCE_MS_MAX,
  enableAutoPipelining: true, // one write for all commands of a turn of the event loop
};

/**
 * A connection of its own to the same Redis, for BullMQ and for blocking reads: commands wait for as long as it takes,
 * and are sent again by themselves. Who opens it ends it.
 */
export function openQueueClient(client: Redis | Cluster): Redis | Cluster {
  const enableOfflineQueue = true;
  const opened =
    client instanceof Cluster
      ? client.duplicate(undefined, { redisOptions: PATIENT, enableOfflineQueue })
      : client.duplicate({ ...PATIENT, enableOfflineQueue });
  opened.on('error', () => undefined); // it connects again by itself; the store's connection tells of it
  return opened;
}
