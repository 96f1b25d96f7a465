import { Redis } from 'ioredis';
import { RedisServer } from './redis-server.ts';
import { waitUntil } from './wait-until.ts';

const SENTINELS = 3;
const QUORUM = 2;
const MASTER_NAME = 'main';

/** A master with its replicas, and three Sentinels that make a replica the master when it is gone. */
export class RedisSentinels {
  /** The first one is the master at the start. */
  readonly servers: readonly RedisServer[];
  readonly #sentinels: readonly RedisServer[];

  private constructor(servers: readonly RedisServer[], sentinels: readonly RedisServer[]) {
    this.servers = servers;
    this.#sentinels = sentinels;
  }

  /** Resolves when all replicas follow and the Sentinels know of them and of each other. `config`: more of redis.conf. */
  static async start({ replicas = 1, config = [] as readonly string[] } = {}): Promise<RedisSentinels> {
    const master = await RedisServer.start({ config });
    const following = [...config, `replicaof 127.0.0.1 ${master.port}`];
    const followers = await Promise.all(
      Array.from({ length: replicas }, () => RedisServer.start({ config: following })),
    );
    await ask(master, (client) =>
      waitUntil('the replicas follow', async () => {
        const lines = String(await client.call('INFO', 'replication')).split('\n');
        return lines.filter((line) => /^slave\d+:.*state=online/.test(line)).length === replicas;
      }),
    );
    const watching = [
      `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${master.port} ${QUORUM}`,
      `sentinel down-after-milliseconds ${MASTER_NAME} 500`,
      `sentinel failover-timeout ${MASTER_NAME} 3000`,
    ];
    const sentinels = await Promise.all(
      Array.from({ length: SENTINELS }, () => RedisServer.start({ sentinel: true, config: watching })),
    );
    const set = new RedisSentinels([master, ...followers], sentinels);
    for (const sentinel of sentinels) await set.#isComplete(sentinel, replicas);
    return set;
  }

  get url(): string {
    return `redis+sentinel://${this.#sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${MASTER_NAME}`;
  }

  /** The server that the Sentinels call the master. */
  async master(): Promise<RedisServer | undefined> {
    const [sentinel] = this.#sentinels;
    if (sentinel === undefined) return undefined;
    const address = await ask(sentinel, (client) => client.call('SENTINEL', 'get-master-addr-by-name', MASTER_NAME));
    const port = Array.isArray(address) ? Number(address[1]) : 0;
    return this.servers.find((server) => server.port === port);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#sentinels, ...this.servers].map((server) => server.stop()));
  }

  async #isComplete(sentinel: RedisServer, replicas: number): Promise<void> {
    await ask(sentinel, (client) =>
      waitUntil('the Sentinels know each other', async () => {
        const [others, followers] = await Promise.all([
          client.call('SENTINEL', 'sentinels', MASTER_NAME),
          client.call('SENTINEL', 'replicas', MASTER_NAME),
        ]);
        return lengthOf(others) === SENTINELS - 1 && lengthOf(followers) === replicas;
      }),
    );
  }
}

async function ask<Answer>(server: RedisServer, question: (client: Redis) => Promise<Answer>): Promise<Answer> {
  const client = new Redis(server.port);
  try {
    return await question(client);
  } finally {
    client.disconnect();
  }
}

function lengthOf(answer: unknown): number {
  return Array.isArray(answer) ? answer.length : 0;
}
