import { type Job, Worker } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import type { AttemptMailbox } from '../../runtime/ports/attempt-mailbox.ts';
import type { LocalWorkers } from '../local-workers.ts';
import type { WorkerLog } from '../worker-log.ts';
import type { HostedFunctions } from './hosted-functions.ts';
import { JobRunner } from './job-runner.ts';
import { type QueuedTask, queuePrefix } from './task-queue.ts';

/** A worker says that it lives, and looks for those that do not, so many times in the time after which it is lost. */
const SIGNS_OF_LIFE = 4;
/** JobRunner counts. */
const STALLED_MAX = Number.MAX_SAFE_INTEGER;

export interface QueueWorkerOptions {
  /** Shared by all queues, besides one connection for each that BullMQ blocks. */
  readonly redis: Redis | Cluster;
  readonly keyPrefix: string;
  readonly mailbox: AttemptMailbox;
  readonly hosted: HostedFunctions;
  readonly local: LocalWorkers;
  readonly functionNames: readonly string[];
  /** Attempts of one function at a time in this process. */
  readonly concurrency: number;
  /** Attempts of one function that begin within a time, in all workers together; undefined: as many as there are. */
  readonly rate: Rate | undefined;
  /**
   * A worker that has not said for so long that it lives is lost: another one takes its attempts, at most a quarter of it
   * later. One whose event loop stands still for longer, too: then its attempts run twice.
   */
  readonly lostAfterMs: number;
  /** How long `stop` lets functions run before it hands their attempts back. */
  readonly drainMs: number;
  readonly onWorkerLoss: 'redispatch' | 'fail';
  readonly crashesMax: number;
  readonly log: WorkerLog;
}

export interface Rate {
  readonly max: number;
  readonly perMs: number;
}

/** Takes the attempts of functions from their queues: one BullMQ worker a function. */
export class QueueWorker {
  readonly #options: QueueWorkerOptions;
  readonly #runner: JobRunner;
  #workers: readonly Worker<QueuedTask>[] = [];
  #endAnnouncing: () => void = () => undefined;

  constructor(options: QueueWorkerOptions) {
    this.#options = options;
    this.#runner = new JobRunner(options);
  }

  /** Resolves when attempts are taken. */
  async start(): Promise<void> {
    const { hosted, functionNames } = this.#options;
    this.#workers = functionNames.map((name) => this.#open(name));
    this.#runner.start();
    await Promise.all(this.#workers.map((worker) => worker.waitUntilReady()));
    this.#endAnnouncing = await hosted.announce(functionNames);
  }

  /** Takes nothing more, and resolves when all that was taken is done or handed back. */
  async stop(): Promise<void> {
    this.#endAnnouncing();
    const drained = Promise.all(this.#workers.map((worker) => worker.close()));
    const timer = setTimeout(() => this.#runner.handBack(), this.#options.drainMs);
    await drained;
    clearTimeout(timer);
    this.#runner.stop();
  }

  #open(functionName: string): Worker<QueuedTask> {
    const { redis, keyPrefix, concurrency, rate, lostAfterMs, log } = this.#options;
    const worker = new Worker<QueuedTask>(functionName, (job: Job<QueuedTask>) => this.#runner.run(job), {
      connection: redis,
      prefix: queuePrefix(keyPrefix, functionName),
      concurrency,
      lockDuration: lostAfterMs,
      lockRenewTime: lostAfterMs / SIGNS_OF_LIFE,
      stalledInterval: lostAfterMs / SIGNS_OF_LIFE,
      maxStalledCount: STALLED_MAX,
      ...(rate === undefined ? {} : { limiter: { max: rate.max, duration: rate.perMs } }),
    });
    worker.on('error', (error) => log({ type: 'QueueFailed', functionName, reason: String(error) }));
    return worker;
  }
}
