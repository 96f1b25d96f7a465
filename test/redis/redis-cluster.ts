import { Redis } from 'ioredis';
import { RedisServer } from './redis-server.ts';
import { waitUntil } from './wait-until.ts';

const SLOTS = 16_384;
const MASTERS = 3;

/** A Redis Cluster of three masters on this machine, without replicas. */
export class RedisCluster {
  readonly servers: readonly RedisServer[];
  readonly #clients: readonly Redis[];

  private constructor(servers: readonly RedisServer[]) {
    this.servers = servers;
    this.#clients = servers.map(({ port }) => new Redis(port));
  }

  /** Resolves when every master knows who has which slot. `config`: more lines of each redis.conf. */
  static async start(config: readonly string[] = []): Promise<RedisCluster> {
    const settings = { config: ['cluster-enabled yes', 'cluster-node-timeout 2000', ...config] };
    const servers = await Promise.all(Array.from({ length: MASTERS }, () => RedisServer.start(settings)));
    const cluster = new RedisCluster(servers);
    await cluster.#join();
    return cluster;
  }

  get url(): string {
    return `redis+cluster://${this.servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  }

  /** Moves the slot that a key lies in, key by key, to the next master. `meanwhile` runs once it has begun to move. */
  async moveSlotOf(key: string, meanwhile: () => Promise<unknown>): Promise<void> {
    const [any] = this.#clients;
    if (any === undefined) return;
    const slot = Number(await any.call('CLUSTER', 'KEYSLOT', key));
    const owner = Math.floor((slot * MASTERS) / SLOTS);
    const from = this.#clients[owner];
    const to = this.#clients[(owner + 1) % MASTERS];
    const target = this.servers[(owner + 1) % MASTERS];
    if (from === undefined || to === undefined || target === undefined) return;
    const [fromId, toId] = [String(await from.call('CLUSTER', 'MYID')), String(await to.call('CLUSTER', 'MYID'))];
    await to.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId);
    await from.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId);
    await meanwhile();
    for (;;) {
      const keys = await from.callBuffer('CLUSTER', 'GETKEYSINSLOT', slot, 1);
      const next = Array.isArray(keys) ? keys[0] : undefined;
      if (!Buffer.isBuffer(next)) break;
      await from.call('MIGRATE', '127.0.0.1', target.port, next, 0, 5_000);
    }
    for (const client of [to, from, ...this.#clients]) await client.call('CLUSTER', 'SETSLOT', slot, 'NODE', toId);
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  async #join(): Promise<void> {
    for (const [i, client] of this.#clients.entries()) {
      const from = Math.floor((SLOTS * i) / MASTERS);
      const to = Math.floor((SLOTS * (i + 1)) / MASTERS);
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1);
      await client.call('CLUSTER', 'ADDSLOTS', ...Array.from({ length: to - from }, (_, slot) => from + slot));
    }
    // An epoch can be set only as long as a node knows no other.
    const [first] = this.#clients;
    for (const { port } of this.servers) await first?.call('CLUSTER', 'MEET', '127.0.0.1', port);
    for (const client of this.#clients) {
      await waitUntil('all of the cluster know each other', async () => {
        const info = String(await client.call('CLUSTER', 'INFO'));
        return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${MASTERS}`);
      });
    }
  }
}
