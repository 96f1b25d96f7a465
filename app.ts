import { hostname } from 'node:os';
import type { Forwarding } from './api/forwarding.ts';
import { createHttpServer, type HttpServer } from './api/http-server.ts';
import { type ApiRequest, type ApiResponse, type RouterParts, route } from './api/router.ts';
import { type Config, DEFAULT_CONFIG, DRAIN_MS_DEFAULT, type ListenAddress, type RedisConfig } from './config.ts';
import { assertImported } from './runtime/archive/import-mark.ts';
import { Engine } from './runtime/engine.ts';
import type { ClusterOptions } from './runtime/node/node.ts';
import type { HistoryOptions } from './runtime/partition/history-policies.ts';
import type { RuntimeLog } from './runtime/partition/partition.ts';
import type { Backups } from './runtime/ports/backups.ts';
import type { Store } from './runtime/ports/store.ts';
import { diskBytes } from './runtime/stores/lmdb/disk-size.ts';
import { openLmdbStore } from './runtime/stores/lmdb/lmdb-store.ts';
import { MemoryStore } from './runtime/stores/memory/memory-store.ts';
import type { OpenedRedis } from './runtime/stores/redis/open-redis.ts';
import { systemClock } from './runtime/system-clock.ts';
import { systemRandom } from './runtime/system-random.ts';
import { VERSION } from './version.ts';
import { createLocalWorkers, type LocalWorkers } from './workers/local-workers.ts';
import type { QueuedWorkers } from './workers/queue/queued-workers.ts';
import type { ScheduledStart } from './workers/queue/schedule-runner.ts';
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
  call(request: Omit<ApiRequest, keyof Forwarding>): Promise<ApiResponse>;
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
 * @throws {ImportUnfinished} an import into the store was cut.
 * @throws Node's error (EADDRINUSE, EACCES …) where the API cannot be served.
 */
export async function createApp(options: Partial<Config>, events: AppEvents = {}): Promise<App> {
  const config = { ...DEFAULT_CONFIG, ...options };
  const log = events.log ?? (() => undefined);
  const { store, backups, historyBytesMax, cluster, redis } = await openStore(config, log);
  await assertImported(store).catch(async (error) => {
    await store.close();
    throw error;
  });
  const workers = createLocalWorkers({
    functionsDir: config.functionsDir,
    isolate: config.isolate,
    watch: config.watch,
    log: (event) => events.worker?.(event),
  });
  await workers.start();
  const queued = redis && (await openQueues(config, redis, workers, (event) => events.worker?.(event)));
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<Error>((resolve) => {
    fail = resolve;
  });
  const engine = await Engine.open({
    store,
    clock: systemClock,
    random: systemRandom,
    dispatcher: queued ?? workers,
    mapConcurrencyMax: config.mapConcurrencyMax,
    placement: config.placement,
    crashesMax: config.crashesMax,
    history: historyOf(config, historyBytesMax),
    version: VERSION,
    log,
    fatal: fail,
    cluster,
  });
  const api: RouterParts = { engine, backups, account: config.account, nodeSecret: redis?.nodeSecret, log };
  const http = config.listen === undefined ? undefined : createHttpServer(api);
  const drainMs = config.redis?.drainMs ?? DRAIN_MS_DEFAULT;
  const address = await serve(http, engine, config).catch(async (error) => {
    await close({ http, engine, workers, queued }, 0);
    throw error;
  });
  queued?.start((request) => startScheduled(request, api));
  let stopped: Promise<void> | undefined;
  return {
    config,
    engine,
    workers,
    address,
    failed,
    call: (request) => route({ ...request, forwarded: false }, api),
    stop: () => {
      stopped ??= close({ http, engine, workers, queued }, drainMs);
      return stopped;
    },
  };
}

/** Removes all that a deployment has in Redis, for good. No node of it may run. */
export async function removeFromRedis({ url, keyPrefix = 'rs', ca }: RedisConfig): Promise<void> {
  const { removeKeys } = await import('./runtime/stores/redis/remove-keys.ts');
  await removeKeys(url, keyPrefix, { tlsCa: ca });
}

/** What has ended leaves half of the memory to what is under way, and to names. */
const MEMORY_PARTS = 2;
/** And half of the disk: the file takes up to twice what is in it. */
const DISK_PARTS = 4;

interface OpenedStore {
  readonly redis?: OpenedRedis;
  readonly store: Store;
  readonly backups?: Backups;
  /** What has ended may take so much of it, where nothing else is asked for; undefined: all there is. */
  readonly historyBytesMax: number | undefined;
  readonly cluster: ClusterOptions | undefined;
}

async function openStore({ redis, dataDir, durability }: Config, log: RuntimeLog): Promise<OpenedStore> {
  if (redis === undefined) {
    if (dataDir === undefined) return { store: new MemoryStore(), historyBytesMax: undefined, cluster: undefined };
    const store = openLmdbStore({ directory: dataDir, durability });
    return { store, backups: store, historyBytesMax: diskBytes(dataDir) / DISK_PARTS, cluster: undefined };
  }
  const { url, keyPrefix, partitions, fsync, replicas, ca, leaseTermMs } = redis;
  const safety = { fsync, replicas };
  const warn = (message: string): void => log('warn', message);
  // Loaded only where it is used: it takes as long as the rest of a short run.
  const { openRedis } = await import('./runtime/stores/redis/open-redis.ts');
  const opened = await openRedis({ url, keyPrefix, partitions, tlsCa: ca, safety, warn });
  const { store, membership, mailboxes } = opened;
  const historyBytesMax = opened.memoryMaxBytes && opened.memoryMaxBytes / MEMORY_PARTS;
  return { store, historyBytesMax, cluster: { membership, mailboxes, leaseTermMs }, redis: opened };
}

function historyOf(config: Config, ofStore: number | undefined): HistoryOptions {
  const { retentionMs, historyBytesMax, historyMinAgeMs: minAgeMs } = config;
  return { retentionMs, minAgeMs, bytesMax: historyBytesMax ?? ofStore };
}

async function openQueues(
  { tasks, redis: config }: Config,
  redis: OpenedRedis,
  local: LocalWorkers,
  log: (event: WorkerLogEvent) => void,
): Promise<QueuedWorkers> {
  const { createQueuedWorkers } = await import('./workers/queue/queued-workers.ts'); // with BullMQ: only where it is used
  return createQueuedWorkers({
    tasks,
    local,
    redis: redis.openQueueClient(),
    keyPrefix: config?.keyPrefix ?? 'rs',
    mailbox: redis.attempts,
    nodeId: systemRandom.uuid(),
    log,
  });
}

/** Starts what a schedule asks for, wherever it belongs. @throws {StartRefused} with AWS's name of the error. */
async function startScheduled({ stateMachineArn, name, input }: ScheduledStart, api: RouterParts): Promise<void> {
  const region = stateMachineArn.split(':')[3];
  const { status, body } = await route(
    {
      target: 'AWSStepFunctions.StartExecution',
      authorization: `AWS4-HMAC-SHA256 Credential=redstep/19700101/${region}/states/aws4_request`,
      body: JSON.stringify({ stateMachineArn, name, input }),
      forwarded: false,
    },
    api,
  );
  if (status !== 200) throw new StartRefused(body);
}

class StartRefused extends Error {
  override readonly name: string;

  /** `body`: the API's answer. */
  constructor(body: string) {
    const { __type, message } = Object(JSON.parse(body));
    super(String(message));
    this.name = String(__type).replace(/^.*#/, '');
  }
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

interface Running {
  readonly http: HttpServer | undefined;
  readonly engine: Engine;
  readonly workers: LocalWorkers;
  readonly queued: QueuedWorkers | undefined;
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
async function close({ http, engine, workers, queued }: Running, drainMs: number): Promise<void> {
  await queued?.stopSchedules();
  if (engine.node.shared) {
    await engine.node.handOver();
    await within(drainMs, drained(engine, workers));
  }
  await http?.close();
  await engine.close();
  await queued?.stop();
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
