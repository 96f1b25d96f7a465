import type { Cluster, Redis } from 'ioredis';
import type { AttemptMailbox } from '../../ports/attempt-mailbox.ts';
import type { Mailboxes } from '../../ports/mailboxes.ts';
import type { Membership } from '../../ports/membership.ts';
import type { Store } from '../../ports/store.ts';
import { checkDataSafety, type DataSafety } from './data-safety.ts';
import { readMemoryMax } from './memory-max.ts';
import { openQueueClient } from './queue-client.ts';
import { RedisAttemptMailbox } from './redis-attempt-mailbox.ts';
import { RedisConnection, type RedisCredentials } from './redis-connection.ts';
import { RedisKeys } from './redis-keys.ts';
import { RedisMailboxes } from './redis-mailboxes.ts';
import { RedisMembership } from './redis-membership.ts';
import { RedisStore, type Replication } from './redis-store.ts';
import { readPartitions, setUpNodeSecret, setUpPartitions } from './set-up.ts';

export interface RedisOptions extends RedisCredentials {
  /**
   * `redis://[user[:password]@]host[:port][/database]`, `redis+sentinel://host,…/master`, `redis+cluster://host,…`; with
   * `rediss` for TLS. A node of a cluster is known as such in any case.
   */
  readonly url: string;
  /** Begins every key: `{prefix:3}…`. Two deployments on one Redis need two. Default: rs. */
  readonly keyPrefix?: string | undefined;
  /** How many partitions, when nobody has used this Redis yet: a power of two. Default: 8. */
  readonly partitions?: number | undefined;
  /** Nothing is set up where nobody has been yet. */
  readonly existing?: boolean;
  /** What a commit asks of Redis; see docs/redis.md for what a crash can lose. */
  readonly safety?: DataSafety | undefined;
  /** Told what operators should know, once each: data that a crash would lose, a connection that is gone or back. */
  readonly warn: (message: string) => void;
}

/** What nodes share. Closing the store ends the connection, and so the other two. */
export interface OpenedRedis {
  readonly store: Store;
  readonly mailboxes: Mailboxes;
  readonly membership: Membership;
  readonly attempts: AttemptMailbox;
  /** By which the nodes of the deployment know each other. Not to be logged. */
  readonly nodeSecret: string;
  /** What it may take (maxmemory), all masters together, in bytes; undefined: whatever there is. As it was at the start. */
  readonly memoryMaxBytes: number | undefined;
  /** A connection of its own for BullMQ. Who opens it ends it. */
  readonly openQueueClient: () => Redis | Cluster;
}

/**
 * @throws {RedisUrlError} the URL is none.
 * @throws {StoreUnavailable} nobody answers there, or not to these credentials.
 * @throws {SetUpDiffers} it was set up with another number of partitions, or by a newer Redstep.
 * @throws {NotSetUp} `existing` is asked for, and nobody has used this Redis yet.
 * @throws {DataNotSafe} its configuration promises less than `safety` asks for.
 */
export async function openRedis(options: RedisOptions): Promise<OpenedRedis> {
  const { safety = {}, warn } = options;
  const connection = await RedisConnection.open(options.url, options, warn);
  let replication: Replication | undefined;
  try {
    const keys = new RedisKeys(options.keyPrefix ?? 'rs');
    await checkDataSafety(connection, safety, warn);
    const memoryMaxBytes = await readMemoryMax(connection);
    const known = options.existing === true ? await readPartitions(connection, keys) : undefined;
    if (options.existing === true && known === undefined)
      throw new NotSetUp(`no node has used this Redis under the prefix '${options.keyPrefix ?? 'rs'}'`);
    const partitionCount = known ?? (await setUpPartitions(connection, keys, options.partitions));
    replication = await openReplication(options);
    return {
      store: new RedisStore(connection, keys, { partitionCount, replication }),
      mailboxes: new RedisMailboxes(connection, keys),
      membership: new RedisMembership(connection, keys),
      nodeSecret: await setUpNodeSecret(connection, keys),
      attempts: new RedisAttemptMailbox(connection, keys, partitionCount),
      memoryMaxBytes,
      openQueueClient: () => openQueueClient(connection.client),
    };
  } catch (error) {
    replication?.connection.close();
    connection.close();
    throw error;
  }
}

/** When it is gone and back, so is the other connection: that one tells. */
async function openReplication(options: RedisOptions): Promise<Replication | undefined> {
  const { replicas = 0 } = options.safety ?? {};
  if (replicas === 0) return undefined;
  return { replicas, connection: await RedisConnection.open(options.url, options, () => undefined) };
}

export class NotSetUp extends Error {
  override readonly name = 'NotSetUp';
}
