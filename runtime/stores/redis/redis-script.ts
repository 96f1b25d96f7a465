import { createHash } from 'node:crypto';

/** One atomic step in Redis. It runs alone, and touches no key but those it is given. */
export interface RedisScript {
  readonly lua: string;
  /** What Redis knows it by once it has run. */
  readonly sha: string;
}

export function redisScript(lua: string): RedisScript {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}
