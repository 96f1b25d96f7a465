import { createHttpServer, type HttpServer } from './api/http-server.ts';
import { type Config, DEFAULT_CONFIG, type ListenAddress } from './config.ts';
import { Engine } from './runtime/engine.ts';
import type { RuntimeLog } from './runtime/partition/partition.ts';
import type { Store } from './runtime/ports/store.ts';
import { openLmdbStore } from './runtime/stores/lmdb/lmdb-store.ts';
import { MemoryStore } from './runtime/stores/memory/memory-store.ts';
import { systemClock } from './runtime/system-clock.ts';
import { systemRandom } from './runtime/system-random.ts';
import { createLocalWorkers, type LocalWorkers } from './workers/local-workers.ts';
import type { WorkerLogEvent } from './workers/worker-log.ts';

/** A running Redstep: engine, store and workers, wired. */
export interface App {
  readonly config: Config;
  readonly engine: Engine;
  readonly workers: LocalWorkers;
  /** Where the API is served, with the port that was found; undefined: it is not. */
  readonly address: ListenAddress | undefined;
  /** Resolves with the reason when the app cannot go on: its store fails, or belongs to another. */
  readonly failed: Promise<Error>;
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
  const store: Store =
    config.dataDir === undefined
      ? new MemoryStore()
      : await openLmdbStore({ directory: config.dataDir, durability: config.durability });
  const log = events.log ?? (() => undefined);
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
    crashesMax: config.crashesMax,
    log,
    fatal: fail,
  });
  const http = config.listen === undefined ? undefined : createHttpServer({ engine, account: config.account, log });
  const address = await listen(http, config.listen).catch(async (error) => {
    await close(http, engine, workers);
    throw error;
  });
  let stopped: Promise<void> | undefined;
  return {
    config,
    engine,
    workers,
    address,
    failed,
    stop: () => {
      stopped ??= close(http, engine, workers);
      return stopped;
    },
  };
}

async function listen(http: HttpServer | undefined, at: ListenAddress | undefined): Promise<ListenAddress | undefined> {
  if (http === undefined || at === undefined) return undefined;
  const { port } = await http.listen(at.port, at.host);
  return { host: at.host, port };
}

/** First who asks, then who decides, then who does the work. */
async function close(http: HttpServer | undefined, engine: Engine, workers: LocalWorkers): Promise<void> {
  await http?.close();
  await engine.close();
  await workers.stop();
}
