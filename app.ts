import { type Config, DEFAULT_CONFIG } from './config.ts';
import { Engine } from './runtime/engine.ts';
import type { RuntimeLog } from './runtime/partition/partition.ts';
import type { Store } from './runtime/ports/store.ts';
import { openLmdbStore } from './runtime/stores/lmdb/lmdb-store.ts';
import { MemoryStore } from './runtime/stores/memory/memory-store.ts';
import { systemClock } from './runtime/system-clock.ts';
import { createLocalWorkers, type LocalWorkers } from './workers/local-workers.ts';
import type { WorkerLogEvent } from './workers/worker-log.ts';

/** A running Redstep: engine, store and workers, wired. */
export interface App {
  readonly config: Config;
  readonly engine: Engine;
  readonly workers: LocalWorkers;
  /** Resolves with the reason when the app cannot go on: its store fails, or belongs to another. */
  readonly failed: Promise<Error>;
  /** Takes no new work, makes durable what was decided, and closes. Idempotent. */
  stop(): Promise<void>;
}

export interface AppEvents {
  readonly log?: RuntimeLog;
  readonly worker?: (event: WorkerLogEvent) => void;
}

/** Composes the parts; nothing else does. @throws {StoreInUse} another process has the data directory. */
export async function createApp(options: Partial<Config>, events: AppEvents = {}): Promise<App> {
  const config = { ...DEFAULT_CONFIG, ...options };
  const store: Store =
    config.dataDir === undefined
      ? new MemoryStore()
      : await openLmdbStore({ directory: config.dataDir, durability: config.durability });
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
    dispatcher: workers,
    mapConcurrencyMax: config.mapConcurrencyMax,
    crashesMax: config.crashesMax,
    log: events.log ?? (() => undefined),
    fatal: fail,
  });
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await engine.close();
    await workers.stop();
  };
  return {
    config,
    engine,
    workers,
    failed,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}
