import { setTimeout as delay } from 'node:timers/promises';
import { Cluster, Redis } from 'ioredis';
import { StoreUnavailable } from '../../ports/store.ts';
import { parseRedisUrl, type RedisAddress } from './redis-address.ts';
import { redisFailure } from './redis-failure.ts';
import type { RedisScript } from './redis-script.ts';
import { CommandMemory, type ScriptArgument, ScriptCommand } from './script-command.ts';

/** Until the first connection stands: then the process says why there is none, and ends. */
const CONNECT_MS_MAX = 10_000;
/** Without an answer for so long, what became of a command is not known. Above what a fork of a large Redis takes. */
const COMMAND_MS_MAX = 3_000;
/** A connection that is silent for so long, with commands under way, is taken for dead. */
const SILENCE_MS_MAX = 5_000;
/** How long a call waits for a Redis that is away before it is refused: clients retry, and others wait behind them. */
const WAIT_MS_MAX = 2_000;
const FIRST_RETRY_MS = 10;
const RETRY_MS_MAX = 500;

export interface RedisCredentials {
  /** Instead of those in the URL, where others may read them. */
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly sentinelUser?: string | undefined;
  readonly sentinelPassword?: string | undefined;
  /** Certificates, as PEM, of who may have signed the servers'; default: those that Node trusts. */
  readonly tlsCa?: string | undefined;
}

/**
 * The way to a Redis, a set with Sentinels, or a Redis Cluster. Nothing is sent twice and nothing waits in a queue of
 * the client's: who calls knows of each failure, and decides.
 */
export class RedisConnection {
  readonly client: Redis | Cluster;
  readonly #warn: (message: string) => void;
  readonly #memory = new CommandMemory();
  #closed = false;
  #away = false;

  private constructor(client: Redis | Cluster, warn: (message: string) => void) {
    this.client = client;
    this.#warn = warn;
    client.on('close', () => this.#lose());
    client.on('ready', () => this.#find());
  }

  /** @throws {StoreUnavailable} nobody answers, or not to these credentials. */
  static async open(
    url: string,
    credentials: RedisCredentials,
    warn: (message: string) => void,
  ): Promise<RedisConnection> {
    const address = parseRedisUrl(url);
    const client = createClient(address, credentials);
    await ready(client);
    const isNode = address.kind === 'standalone' && /redis_mode:cluster/.test(await client.info('server'));
    if (!isNode) return new RedisConnection(client, warn);
    client.disconnect();
    const cluster = createClient({ ...address, kind: 'cluster' }, credentials);
    await ready(cluster);
    return new RedisConnection(cluster, warn);
  }

  /** Runs a script once. @throws {StoreUnavailable} whether it has run is not known. */
  run(script: RedisScript, keys: readonly string[], values: readonly ScriptArgument[]): Promise<unknown> {
    return this.#runBy(script, async (name, text) => {
      const command = new ScriptCommand(name, text, keys, values, this.#memory);
      this.client.sendCommand(command);
      const answer: unknown = await command.promise;
      command.release(this.#memory);
      return answer;
    });
  }

  /**
   * Runs a script that writes, and waits until `replicas` have what it wrote. Asked again, it must write something again.
   *
   * @throws {StoreUnavailable} too few of them say so within `waitMs`, or whether it has run is not known.
   */
  runAndReplicate(
    script: RedisScript,
    keys: readonly string[],
    values: readonly ScriptArgument[],
    { replicas, waitMs }: { readonly replicas: number; readonly waitMs: number },
  ): Promise<unknown> {
    return this.#runBy(script, async (name, text) => {
      const pipeline = this.client.pipeline()[name](text, keys.length, ...keys, ...values);
      const [ran, waited] = (await pipeline.wait(replicas, waitMs).exec()) ?? [];
      const error = ran?.[0] ?? waited?.[0];
      if (error) throw error;
      const confirmed = Number(waited?.[1] ?? 0);
      if (confirmed >= replicas) return ran?.[1];
      throw new StoreUnavailable(`${confirmed} of ${replicas} replicas have confirmed a commit`);
    });
  }

  /** By its hash; by its text where Redis does not know it yet. */
  async #runBy(
    { sha, lua }: RedisScript,
    send: (name: 'evalsha' | 'eval', text: string) => Promise<unknown>,
  ): Promise<unknown> {
    try {
      return await send('evalsha', sha);
    } catch (error) {
      if (!isUnknownScript(error)) throw redisFailure(error);
    }
    return this.attempt(() => send('eval', lua));
  }

  /** Every server that has a part of the data. */
  servers(): readonly Redis[] {
    return this.client instanceof Cluster ? this.client.nodes('master') : [this.client];
  }

  /** @throws {StoreUnavailable} */
  async attempt<Result>(action: () => Promise<Result>): Promise<Result> {
    try {
      return await action();
    } catch (error) {
      throw redisFailure(error);
    }
  }

  /** Tries again while Redis is away, for a short time. For what may be done twice. @throws {StoreUnavailable} */
  patiently<Result>(action: () => Promise<Result>): Promise<Result> {
    const endMs = performance.now() + WAIT_MS_MAX;
    return this.insist(
      () => this.attempt(action),
      () => performance.now() < endMs,
    );
  }

  /** Tries again as long as the store is unavailable and `goesOn` says so. */
  async insist<Result>(action: () => Promise<Result>, goesOn: () => boolean): Promise<Result> {
    for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(2 * retryMs, RETRY_MS_MAX)) {
      try {
        return await action();
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || this.#closed || !goesOn()) throw error;
      }
      await delay(retryMs);
    }
  }

  close(): void {
    this.#closed = true;
    this.client.disconnect();
  }

  #lose(): void {
    if (this.#closed || this.#away) return;
    this.#away = true;
    this.#warn('the connection to Redis is gone: trying again until it is back');
  }

  #find(): void {
    if (!this.#away) return;
    this.#away = false;
    this.#warn('the connection to Redis is back');
  }
}

function createClient(address: RedisAddress, credentials: RedisCredentials): Redis | Cluster {
  const { kind, hosts, masterName, database } = address;
  const tls = credentials.tlsCa === undefined ? {} : { ca: credentials.tlsCa };
  const options = {
    username: credentials.user ?? address.user,
    password: credentials.password ?? address.password,
    tls: address.tls ? tls : undefined,
    connectionName: 'redstep',
    disableClientInfo: true, // the user may name its connection, and need no more
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0, // what was under way when a connection ends fails then
    commandTimeout: COMMAND_MS_MAX,
    socketTimeout: SILENCE_MS_MAX,
    connectTimeout: COMMAND_MS_MAX,
    // The master has become a replica: the connection is made anew, to the one that Sentinel names now.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  };
  if (kind === 'cluster') {
    return new Cluster([...hosts], {
      redisOptions: options,
      enableOfflineQueue: false,
      clusterRetryStrategy: retryMs,
      slotsRefreshTimeout: COMMAND_MS_MAX,
      retryDelayOnFailover: 0, // a command whose connection has ended is not sent again
    });
  }
  const connecting = { ...options, enableOfflineQueue: false, retryStrategy: retryMs };
  if (kind === 'standalone') return new Redis({ ...connecting, ...hosts[0], db: database });
  return new Redis({
    ...connecting,
    sentinels: [...hosts],
    name: masterName,
    sentinelUsername: credentials.sentinelUser,
    sentinelPassword: credentials.sentinelPassword,
    enableTLSForSentinelMode: address.tls,
    sentinelTLS: options.tls,
    sentinelRetryStrategy: retryMs,
  });
}

function retryMs(times: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** Math.min(times, 10), RETRY_MS_MAX);
}

/** Resolves when commands can be sent. */
async function ready(client: Redis | Cluster): Promise<void> {
  let last: Error | undefined;
  let wake: () => void = () => undefined;
  const note = (error: Error): void => {
    last = 'lastNodeError' in error && error.lastNodeError instanceof Error ? error.lastNodeError : error;
    if (REFUSED.test(last.message)) wake();
  };
  client.on('error', note); // also later: an error that nobody listens to is printed
  const timer = setTimeout(() => wake(), CONNECT_MS_MAX);
  await new Promise<void>((resolve) => {
    wake = resolve;
    client.once('ready', resolve);
  });
  clearTimeout(timer);
  if (client.status === 'ready') return;
  client.disconnect();
  throw new StoreUnavailable(`Redis cannot be reached: ${last?.message ?? 'nobody answers'}`, { cause: last });
}

/** Nothing that another attempt would change. */
const REFUSED = /^(?:WRONGPASS|NOAUTH|NOPERM|ERR (?:AUTH|invalid password))|certificate/;

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
