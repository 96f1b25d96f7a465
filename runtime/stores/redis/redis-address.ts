/** Where a Redis is, and how it is reached. */
export interface RedisAddress {
  readonly kind: 'standalone' | 'sentinel' | 'cluster';
  readonly tls: boolean;
  /** The server; the Sentinels; nodes of the cluster of which one at least answers. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** What the Sentinels call the master. */
  readonly masterName: string | undefined;
  readonly database: number;
}

const URL_PATTERN = /^redis(s?)(?:\+(sentinel|cluster))?:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^/?#@]+)(?:\/([^/]*))?$/;
const HOST_PATTERN = /^(\[[0-9a-fA-F:.]+\]|[^:]+)(?::(\d+))?$/;
const REDIS_PORT = 6379;
const SENTINEL_PORT = 26379;

/**
 * Reads `redis://[user[:password]@]host[:port][/database]`, `redis+sentinel://…host,host…/master`, and
 * `redis+cluster://…host,host…`; with `rediss` for TLS.
 *
 * @throws {RedisUrlError}
 */
export function parseRedisUrl(url: string): RedisAddress {
  const match = URL_PATTERN.exec(url);
  if (match === null)
    throw new RedisUrlError(url, 'it is not redis://HOST, redis+sentinel://HOST,…/MASTER or redis+cluster://HOST,…');
  const [, secure, suffix, user, password, hosts = '', path = ''] = match;
  const kind = suffix === 'sentinel' || suffix === 'cluster' ? suffix : 'standalone';
  const port = kind === 'sentinel' ? SENTINEL_PORT : REDIS_PORT;
  if (kind === 'sentinel' && path === '')
    throw new RedisUrlError(url, 'it must end with the name of the master: /main');
  if (kind === 'cluster' && path !== '') throw new RedisUrlError(url, 'a cluster has no databases');
  if (kind === 'standalone' && !/^\d*$/.test(path)) throw new RedisUrlError(url, 'a database is a number');
  return {
    kind,
    tls: secure === 's',
    hosts: hosts.split(',').map((each) => parseHost(url, each, port)),
    user: textOf(user),
    password: textOf(password),
    masterName: kind === 'sentinel' ? decodeURIComponent(path) : undefined,
    database: kind === 'standalone' ? Number(path) : 0,
  };
}

function parseHost(url: string, text: string, port: number): { readonly host: string; readonly port: number } {
  const match = HOST_PATTERN.exec(text);
  const host = match?.[1];
  if (host === undefined) throw new RedisUrlError(url, `${text} is no host`);
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(match?.[2] ?? port) };
}

function textOf(encoded: string | undefined): string | undefined {
  return encoded === undefined || encoded === '' ? undefined : decodeURIComponent(encoded);
}

export class RedisUrlError extends Error {
  override readonly name = 'RedisUrlError';
  constructor(url: string, reason: string) {
    super(`${withoutPassword(url)}: ${reason}`);
  }
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/([^:@/]*):[^@/]*@/, '//$1:***@');
}
