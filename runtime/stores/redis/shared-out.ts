import { compareKeys } from '../memory/key-order.ts';
import type { RedisConnection } from './redis-connection.ts';

export interface SharedOutQuery {
  readonly prefix: string;
  readonly limit: number;
  readonly after: string | undefined;
}

/** Above all that UTF-8 has. */
const BEYOND = Buffer.from([0xff]);

/** Names that are shared out over several sorted sets, in their order; see redis-keys.ts. */
export async function readSharedOut(
  connection: RedisConnection,
  keys: readonly string[],
  { prefix, limit, after }: SharedOutQuery,
): Promise<readonly string[]> {
  const isInside = after !== undefined && compareKeys(after, prefix) >= 0;
  const start = isInside ? `(${after}` : `[${prefix}`;
  const end = Buffer.concat([Buffer.from(`[${prefix}`), BEYOND]);
  const lists = await Promise.all(
    keys.map((key) => connection.patiently(() => connection.client.zrangebylex(key, start, end, 'LIMIT', 0, limit))),
  );
  return lists.flat().sort(compareKeys).slice(0, limit);
}
