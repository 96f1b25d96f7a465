import type { Members, Membership, NodeRecord } from '../../ports/membership.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { RedisKeys } from './redis-keys.ts';
import { HEARTBEAT } from './scripts/heartbeat.ts';

/** The nodes in one hash beside partition 0, by the clock of its Redis. */
export class RedisMembership implements Membership {
  readonly #connection: RedisConnection;
  readonly #key: string;

  constructor(connection: RedisConnection, keys: RedisKeys) {
    this.#connection = connection;
    this.#key = keys.nodes();
  }

  async heartbeat(node: NodeRecord, termMs: number): Promise<Members> {
    const values = [node.id, JSON.stringify(node), String(termMs)];
    const answer = await this.#connection.patiently(() => this.#connection.run(HEARTBEAT, [this.#key], values));
    const [storeMs, ...records] = Array.isArray(answer) ? answer : [];
    const nodes = records.map((record): NodeRecord => JSON.parse(String(record))); // written above
    return { nodes, storeMs: Number(storeMs) };
  }

  async leave(nodeId: string): Promise<void> {
    await this.#connection.patiently(() => this.#connection.client.hdel(this.#key, nodeId));
  }
}
