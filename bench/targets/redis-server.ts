import { openSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { endProcess, freePorts, startProcess, untilReady } from './server-process.ts';

/** When Redis flushes its append-only file: before each answer, or once a second. */
export type AppendFsync = 'always' | 'everysec';

/** A Redis of one's own. */
export interface RedisServer {
  readonly pid: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** Redis as it comes, but with an append-only file and no snapshots, on a free port of loopback, data in `directory`. */
export async function startRedis(directory: string, appendfsync: AppendFsync): Promise<RedisServer> {
  const [port = 0] = await freePorts(1);
  const log = openSync(join(directory, 'redis.log'), 'a');
  const config = { bind: '127.0.0.1', port, dir: directory, appendonly: 'yes', appendfsync, save: '' };
  const args = Object.entries(config).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const program = process.env.REDSTEP_REDIS_BIN ?? 'redis-server';
  const server = startProcess(program, args, { stdio: ['ignore', log, log] });
  await untilReady('Redis', () => ping(port));
  return { pid: server.pid ?? 0, url: `redis://127.0.0.1:${port}`, stop: () => endProcess(server) };
}

async function ping(port: number): Promise<void> {
  const client = new Redis(port, { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined); // the command tells it
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
}
