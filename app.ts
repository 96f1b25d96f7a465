import { hostname } from 'node:os';
import { createHttpServer, type HttpServer } from './api/http-server.ts';
import { type ApiRequest, type ApiResponse, type RouterParts, route } from './api/router.ts';
import { type Config, DEFAULT_CONFIG, DRAIN_MS_DEFAULT, type ListenAddress, type RedisConfig } from './config.ts';
import { Engine } from './runtime/engine.ts';
import type { ClusterOptions } from './runtime/node/node.ts';
import type { RuntimeLog } from './runtime/partition/partition.ts';
import type { Store } from './runtime/ports/store.ts';
import { openLmdbStore } from './runtime/stores/lmdb/lmdb-store.ts';
import { MemoryStore } from './runtime/stores/memory/memory-store.ts';
import { systemClock } from './runtime/system-clock.ts';
import { systemRandom } from './runtime/system-random.ts';
import { VERSION } from './version.ts';
import { createLocalWorkers, type LocalWorkers } from './workers/local-workers.ts';
import type { WorkerLogEvent } from './workers/worker-log.ts';

/** What the live routes show, for clients. */
export type { NodeView, PartitionView } from './api/cluster-view.ts';

/** A running Redstep: engine, store and workers, wired. */
export interface App {
  readonly config: Config;
  readonly engine: Engine;
  readonly workers: LocalWorkers;
  /** Where the API is served, with the port that was found; undefined: it is not. */
  readonly address: ListenAddress | undefined;
  /** Resolves with the reason when the app cannot go on: its store fails, or belongs to another. */
  readonly failed: Promise<Error>;
  /** Answers a request to the API as if it had come over HTTP. Never rejects: what goes wrong is an answer too. */
  call(request: Omit<ApiRequest, 'forwarded'>): Promise<ApiResponse>;
  /** Takes no new work, makes durable what was decided, and closes. Idempotent. */
  stop(): Promise<void>;
}

export interface AppEvents {
  readonly log?: RuntimeLog;
  readonly worker?: (event: WorkerLogEvent) => void;
}

/**
 * Composes the parts; nothing else does.
 *
 * @throws {StoreInUse} another process has the data directory.
 * @throws Node's error (EADDRINUSE, EACCES …) where the API cannot be served.
 */
export async function createApp(options: Partial<Config>, events: AppEvents = {}): Promise<App> {
  const config = { ...DEFAULT_CONFIG, ...options };
  const log = events.log ?? (() => undefined);
  const { store, cluster } = await openStore(config, log);
  const workers = createLocalWorkers({
    functionsDir: config.functionsDir,
    isolate: config.isolate,
    watch: config.watch,
    log: (event) => events.worker?.(event),
  });
  await workers.start();
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<Error>((resolve) => {
    fail = resolve;
  });
  const engine = await Engine.open({
    store,
    clock: systemClock,
    random: systemRandom,
    dispatcher: workers,
    mapConcurrencyMax: config.mapConcurrencyMax,
    placement: config.placement,
    crashesMax: config.crashesMax,
    version: VERSION,
    log,
    fatal: fail,
    cluster,
  });
  const api: RouterParts = { engine, account: config.account, log };
  const http = config.listen === undefined ? undefined : createHttpServer(api);
  const drainMs = config.redis?.drainMs ?? DRAIN_MS_DEFAULT;
  const address = await serve(http, engine, config).catch(async (error) => {
    await close(http, engine, workers, 0);
    throw error;
  });
  let stopped: Promise<void> | undefined;
  return {
    config,
    engine,
    workers,
    address,
    failed,
    call: (request) => route({ ...request, forwarded: false }, api),
    stop: () => {
      stopped ??= close(http, engine, workers, drainMs);
      return stopped;
    },
  };
}

/** Removes all that a deployment has in Redis, for good. No node of it may run. */
export async function removeFromRedis({ url, keyPrefix = 'rs', ca }: RedisConfig): Promise<void> {
  const { removeKeys } = await import('./runtime/stores/redis/remove-keys.ts');
  await removeKeys(url, keyPrefix, { tlsCa: ca });
}

interface OpenedStore {
  readonly store: Store;
  readonly cluster: ClusterOptions | undefined;
}

async function openStore({ redis, dataDir, durability }: Config, log: RuntimeLog): Promise<OpenedStore> {
  if (redis === undefined) {
    const own = dataDir === undefined ? new MemoryStore() : openLmdbStore({ directory: dataDir, durability });
    return { store: await own, cluster: undefined };
  }
  const { url, keyPrefix, partitions, fsync, replicas, ca, leaseTermMs } = redis;
  const safety = { fsync, replicas };
  const warn = (message: string): void => log('warn', message);
  // Loaded only where it is used: it takes as long as the rest of a short run.
  const { openRedis } = await import('./runtime/stores/redis/open-redis.ts');
  const { store, membership, mailboxes } = await openRedis({ url, keyPrefix, partitions, tlsCa: ca, safety, warn });
  return { store, cluster: { membership, mailboxes, leaseTermMs } };
}

/** Takes requests; a node that shares its store then takes its share of the work. */
async function serve(
  http: HttpServer | undefined,
  engine: Engine,
  { listen: at, redis }: Config,
): Promise<ListenAddress | undefined> {
  if (http === undefined || at === undefined) {
    // Nobody can be sent here: a node that serves nothing has to own everything it is asked for.
    if (redis !== undefined) throw new TypeError('a node that shares its store serves the API: say where it listens');
    return undefined;
  }
  const { port } = await http.listen(at.port, at.host);
  if (redis !== undefined) await engine.node.join(redis.advertise ?? `http://${reachable(at.host)}:${port}`);
  return { host: at.host, port };
}

/** How others on the network call the host that this one listens at. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return hostname();
  return host.includes(':') ? `[${host}]` : host;
}

/**
 * Alone: first who asks, then who decides, then who does the work. Among others: first who decides, so that what is
 * still asked is sent on to the next owner, and what is worked on here can end.
 */
async function close(
  http: HttpServer | undefined,
  engine: Engine,
  workers: LocalWorkers,
  drainMs: number,
): Promise<void> {
  if (engine.node.shared) {
    await engine.node.handOver();
    await within(drainMs, drained(engine, workers));
  }
  await http?.close();
  await engine.close();
  await workers.stop();
}

/** Resolves when all that runs here is over, and its results are with the next owners. */
async function drained(engine: Engine, workers: LocalWorkers): Promise<void> {
  await engine.expressEnded();
  await workers.idle();
  await engine.node.resultsSent();
}

/** Resolves when the work is done, at the latest after so long. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let cancel: () => void = () => undefined;
  const time = new Promise<void>((resolve) => {
    cancel = systemClock.at(systemClock.now() + ms, resolve);
  });
  await Promise.race([work, time]);
  cancel();
}
