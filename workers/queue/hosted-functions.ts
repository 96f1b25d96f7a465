import type { Cluster, Redis } from 'ioredis';

/** How long a function is known after its last worker was seen: it may be deployed anew, or have a long night. */
const KNOWN_MS = 86_400_000;
/** How often workers say what they host. */
const ANNOUNCE_MS = 60_000;
/** For how long a node relies on having seen a name. */
const CACHED_MS = 60_000;

/**
 * Which functions worker processes host: a sorted set of names with the time at which each was last seen. A function
 * stays known for a day without a worker, so that its tasks wait for one instead of failing; after that they fail as
 * those of a function that Lambda has not got.
 */
export class HostedFunctions {
  readonly #redis: Redis | Cluster;
  readonly #key: string;
  readonly #seen = new Map<string, number>();
  #looking: Promise<void> | undefined;

  constructor(redis: Redis | Cluster, keyPrefix: string) {
    this.#redis = redis;
    this.#key = `{${keyPrefix}:functions}`;
  }

  /** Says now, and again each minute, that these are hosted here. Rejects where Redis refuses it. @returns how to end that. */
  async announce(names: readonly string[]): Promise<() => void> {
    const announce = async (): Promise<void> => {
      const nowMs = Date.now();
      if (names.length > 0) await this.#redis.zadd(this.#key, ...names.flatMap((name) => [nowMs, name]));
      await this.#redis.zremrangebyscore(this.#key, 0, nowMs - KNOWN_MS);
    };
    await announce();
    const timer = setInterval(() => {
      announce().catch(() => undefined); // the next one is a minute away, the term a day
    }, ANNOUNCE_MS);
    return () => clearInterval(timer);
  }

  /** Whether this node has seen lately that it is hosted. */
  isKnown(name: string): boolean {
    return Date.now() < (this.#seen.get(name) ?? 0) + CACHED_MS;
  }

  /** Whether it is hosted. Looks, once for all who ask meanwhile. */
  async look(name: string): Promise<boolean> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
    return this.isKnown(name);
  }

  async #look(): Promise<void> {
    const nowMs = Date.now();
    const names = await this.#redis.zrange(this.#key, nowMs - KNOWN_MS, '+inf', 'BYSCORE');
    this.#seen.clear();
    for (const name of names) this.#seen.set(name, nowMs);
  }
}
