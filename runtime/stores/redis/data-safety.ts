import type { RedisConnection } from './redis-connection.ts';

/** What is asked of Redis before a commit counts. What a crash can lose with each: docs/redis.md. */
export interface DataSafety {
  /**
   * `always`: a commit is on disk, and survives the loss of power (Redis: `appendfsync always`). `everysec`: it is in the
   * system's hands and on disk within about a second; survives the death of Redis. Default: everysec.
   */
  readonly fsync?: 'always' | 'everysec' | undefined;
  /** So many replicas have a commit before it counts (WAIT). Default: 0, a failover may lose what was acknowledged. */
  readonly replicas?: number | undefined;
}

/**
 * Compares the configuration of each Redis that has data with what is asked for, and says once what would lose data.
 *
 * @throws {DataNotSafe} `fsync` cannot be kept.
 */
export async function checkDataSafety(
  connection: RedisConnection,
  { fsync, replicas = 0 }: DataSafety,
  warn: (message: string) => void,
): Promise<void> {
  const warnings = new Set<string>();
  for (const server of connection.servers()) {
    const info = await connection.attempt(() => server.info());
    const field = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1];
    const isAppending = field('aof_enabled') === '1';
    if (!isAppending && fsync !== undefined)
      throw new DataNotSafe(`fsync ${fsync} is asked for, and Redis keeps no append-only file: set appendonly yes`);
    if (!isAppending)
      warnings.add('Redis keeps no append-only file: a restart LOSES what it was told. Set appendonly yes');
    const policy = field('maxmemory_policy');
    if (policy !== undefined && policy !== 'noeviction')
      warnings.add(`Redis may evict keys (maxmemory-policy ${policy}): that LOSES executions. Set noeviction`);
    const connected = Number(field('connected_slaves') ?? 0);
    if (connected < replicas)
      warnings.add(`${replicas} replicas are asked for, and ${connected} follow: nothing is committed until they do`);
    if (isAppending) await checkFlush(server, fsync, warnings);
  }
  for (const warning of warnings) warn(warning);
}

async function checkFlush(
  server: { config(what: 'GET', name: string): Promise<unknown> },
  fsync: DataSafety['fsync'],
  warnings: Set<string>,
): Promise<void> {
  const setting = await server.config('GET', 'appendfsync').then(secondOf, () => undefined);
  if (setting === undefined)
    warnings.add(
      `this user may not read Redis' configuration: whether appendfsync is ${fsync ?? 'on'} was not checked`,
    );
  else if (fsync === 'always' && setting !== 'always')
    throw new DataNotSafe(`fsync always is asked for, and Redis has appendfsync ${setting}`);
  else if (setting === 'no')
    warnings.add('Redis leaves flushing to the system (appendfsync no): a power cut LOSES up to half a minute');
}

function secondOf(answer: unknown): string | undefined {
  return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : undefined;
}

export class DataNotSafe extends Error {
  override readonly name = 'DataNotSafe';
}
