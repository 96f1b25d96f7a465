import { openWorkerRedis, type WorkerRedis } from './runtime/stores/redis/open-worker-redis.ts';
import { createLocalWorkers, type LocalWorkers } from './workers/local-workers.ts';
import { HostedFunctions } from './workers/queue/hosted-functions.ts';
import { QueueWorker } from './workers/queue/queue-worker.ts';
import type { WorkerLogEvent } from './workers/worker-log.ts';

/** Every option of a worker process, with what it decides. */
export interface WorkerConfig {
  /** The nodes' Redis: `redis://…`, `rediss://…`, `redis+sentinel://…`, `redis+cluster://…`. */
  readonly redis: {
    readonly url: string;
    /** Begins every key, as the nodes have it. */
    readonly keyPrefix: string;
    /** Certificate authority of Redis, PEM text. */
    readonly ca: string | undefined;
  };
  /** Folder of functions: NAME.mjs, .js, .cjs or .ts is Lambda function NAME. */
  readonly functionsDir: string;
  /** Names of those that are hosted; undefined: all that are there at the start. */
  readonly only: readonly string[] | undefined;
  /** Run functions in worker threads: an endless loop is ended when its attempt is over, at about 25 µs more a call. */
  readonly isolate: boolean;
  /** Attempts of one function at a time in this process. */
  readonly concurrency: number;
  /** Attempts of one function that begin within a time, in all workers together; undefined: as many as there are. */
  readonly rate: { readonly max: number; readonly perMs: number } | undefined;
  /** A worker that has not said for so long that it lives is lost: another one takes its attempts. */
  readonly lostAfterMs: number;
  /** How long functions may go on when the worker is told to stop, before their attempts go to another one. */
  readonly drainMs: number;
  /**
   * What becomes of an attempt whose worker was lost. `redispatch`: it runs again, with the same token. `fail`: it fails with
   * Lambda.ServiceException, and runs again only where Retry says so.
   */
  readonly onWorkerLoss: 'redispatch' | 'fail';
  /** Workers lost with an attempt after which it fails with Lambda.Unknown. */
  readonly crashesMax: number;
}

export const DEFAULT_WORKER_CONFIG: Omit<WorkerConfig, 'redis' | 'functionsDir'> = {
  only: undefined,
  isolate: false,
  concurrency: 50,
  rate: undefined,
  lostAfterMs: 10_000,
  drainMs: 30_000,
  onWorkerLoss: 'redispatch',
  crashesMax: 3,
};

/** A process that hosts functions outside of the nodes. */
export interface WorkerApp {
  readonly functionNames: readonly string[];
  /** Takes nothing new; resolves when what was taken is done or handed back. Idempotent. */
  stop(): Promise<void>;
}

export interface WorkerAppEvents {
  readonly worker: (event: WorkerLogEvent) => void;
  readonly warn: (message: string) => void;
  /** Ends the wait for the first node. */
  readonly signal: AbortSignal;
}

/**
 * Composes a worker process.
 *
 * @throws {FunctionsMissing} there are none, or not those that are asked for.
 * @throws whatever openWorkerRedis throws.
 */
export async function createWorkerApp(config: WorkerConfig, events: WorkerAppEvents): Promise<WorkerApp> {
  const { functionsDir, isolate } = config;
  const local = createLocalWorkers({ functionsDir, isolate, watch: false, log: events.worker });
  const functionNames = hostedNames(local, config);
  const { url, keyPrefix, ca } = config.redis;
  const redis = await openWorkerRedis({ url, keyPrefix, tlsCa: ca, warn: events.warn, signal: events.signal });
  await local.start();
  const worker = new QueueWorker({
    ...config,
    redis: redis.queueClient,
    keyPrefix,
    mailbox: redis.attempts,
    hosted: new HostedFunctions(redis.queueClient, keyPrefix),
    local,
    functionNames,
    log: events.worker,
  });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= close(worker, local, redis);
    return stopped;
  };
  try {
    await worker.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { functionNames, stop };
}

async function close(worker: QueueWorker, local: LocalWorkers, redis: WorkerRedis): Promise<void> {
  await worker.stop();
  await local.stop();
  redis.close();
}

function hostedNames(local: LocalWorkers, { functionsDir, only }: WorkerConfig): readonly string[] {
  const found = local.functionNames();
  const missing = only?.find((name) => !found.includes(name));
  if (missing !== undefined) throw new FunctionsMissing(`there is no function ${missing} in ${functionsDir}`);
  if (found.length === 0) throw new FunctionsMissing(`there are no functions in ${functionsDir}`);
  return only ?? found;
}

export class FunctionsMissing extends Error {
  override readonly name = 'FunctionsMissing';
}
