import type { RedisConnection } from './redis-connection.ts';

/** What all that have data may take together, in bytes; undefined: one of them may take whatever there is. */
export async function readMemoryMax(connection: RedisConnection): Promise<number | undefined> {
  let sum = 0;
  for (const server of connection.servers()) {
    const info = await connection.attempt(() => server.info('memory'));
    const bytes = Number(/^maxmemory:(\d+)/m.exec(info)?.[1] ?? 0);
    if (bytes === 0) return undefined;
    sum += bytes;
  }
  return sum;
}
