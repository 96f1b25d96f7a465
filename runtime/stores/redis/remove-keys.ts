import { RedisConnection, type RedisCredentials } from './redis-connection.ts';

const KEYS_AT_ONCE = 1_000;

/** Removes all that a deployment has in Redis: every key that its prefix begins. For deployments that are over. */
export async function removeKeys(url: string, keyPrefix: string, credentials: RedisCredentials): Promise<void> {
  const connection = await RedisConnection.open(url, credentials, () => undefined);
  try {
    for (const server of connection.servers()) {
      const pages = server.scanStream({ match: `{${keyPrefix}:*`, count: KEYS_AT_ONCE });
      // One by one: keys of a page lie in several slots.
      for await (const keys of pages) await Promise.all(keys.map((key: string) => server.unlink(key)));
    }
  } finally {
    connection.close();
  }
}
