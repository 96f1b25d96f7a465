import { Redis } from 'ioredis';
import type { RedisCluster } from '../../redis/redis-cluster.ts';

const KEYS_AT_ONCE = 50;
const MOVE_MS_MAX = 5_000;

/** Moves the slot of a key to another master of a cluster, as `redis-cli --cluster reshard` does. */
export async function moveSlotOf(key: string, cluster: RedisCluster, choose: (below: number) => number): Promise<void> {
  const clients = cluster.servers.map(({ port }) => new Redis(port));
  try {
    const ids = await Promise.all(clients.map((client) => client.cluster('MYID')));
    const slot = await clients[0]?.cluster('KEYSLOT', key);
    if (slot === undefined) return;
    const owner = await ownerOf(slot, clients, ids);
    const target = (owner + 1 + choose(clients.length - 1)) % clients.length;
    const [from, to, toId, port] = [clients[owner], clients[target], ids[target], cluster.servers[target]?.port];
    if (from === undefined || to === undefined || toId === undefined || port === undefined) return;
    await to.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', ids[owner] ?? '');
    await from.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId);
    for (;;) {
      const keys = await from.cluster('GETKEYSINSLOT', slot, KEYS_AT_ONCE);
      if (keys.length === 0) break;
      await from.call('MIGRATE', '127.0.0.1', port, '', 0, MOVE_MS_MAX, 'KEYS', ...keys);
    }
    // The new owner first: whoever asks the old one in between is sent to it.
    for (const client of [to, from, ...clients]) await client.call('CLUSTER', 'SETSLOT', slot, 'NODE', toId);
  } finally {
    for (const client of clients) client.disconnect();
  }
}

/** Which of the masters has a slot. */
async function ownerOf(slot: number, clients: readonly Redis[], ids: readonly string[]): Promise<number> {
  const ranges = (await clients[0]?.cluster('SLOTS')) ?? [];
  const range = ranges.find(([first, last]) => Number(first) <= slot && slot <= Number(last));
  const [, , master] = range ?? [];
  return ids.indexOf(Array.isArray(master) ? String(master[2]) : '');
}
