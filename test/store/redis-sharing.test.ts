import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { type OpenedRedis, openRedis } from '../../runtime/stores/redis/open-redis.ts';
import { RedisCluster } from '../redis/redis-cluster.ts';
import { RedisServer } from '../redis/redis-server.ts';
import { describeMailboxes } from './mailbox-contract.ts';
import { describeMembership } from './membership-contract.ts';

let server: RedisServer;
let cluster: RedisCluster;
beforeAll(async () => {
  [server, cluster] = await Promise.all([RedisServer.start(), RedisCluster.start()]);
});
afterAll(() => Promise.all([server.stop(), cluster.stop()]));

function open(url: string, keyPrefix: string): Promise<OpenedRedis> {
  return openRedis({ url, keyPrefix, warn: () => undefined });
}

for (const [name, url] of [
  ['redis', () => server.url],
  ['redis cluster', () => cluster.url],
] as const) {
  describeMailboxes(name, async () => {
    const keyPrefix = randomUUID().slice(-8);
    const [here, there] = await Promise.all([open(url(), keyPrefix), open(url(), keyPrefix)]);
    const remove = async (): Promise<void> => {
      await Promise.all([here.store.close(), there.store.close()]);
    };
    return { here: here.mailboxes, there: there.mailboxes, remove };
  });

  describeMembership(name, async () => {
    const { membership, store } = await open(url(), randomUUID().slice(-8));
    return { membership, remove: () => store.close() };
  });
}
