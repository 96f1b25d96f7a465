import { type Job, Worker } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import { formatTimestamp } from '../../core/timestamp.ts';
import type { WorkerLog } from '../worker-log.ts';
import { SCHEDULE_QUEUE, type ScheduledJob, schedulePrefix } from './schedules.ts';

/** Starts at a time; the others of one moment wait a moment longer. */
const CONCURRENCY = 10;

/** One start that a schedule asks for. */
export interface ScheduledStart {
  readonly stateMachineArn: string;
  /** Made of the schedule and the time that the start was due: the same when the start is tried again. */
  readonly name: string;
  /** JSON text. */
  readonly input: string;
}

export interface ScheduleRunnerOptions {
  readonly redis: Redis | Cluster;
  readonly keyPrefix: string;
  /** Starts an execution. Whatever it throws is tried again, but for ExecutionAlreadyExists: an earlier try has started it. */
  readonly start: (request: ScheduledStart) => Promise<unknown>;
  readonly log: WorkerLog;
}

/**
 * Starts executions when schedules ask for it. Every node runs one; each occurrence is one job, which one of them takes,
 * and another one takes over where it dies. An occurrence that passes while no node runs is made up for once, late.
 */
export class ScheduleRunner {
  readonly #options: ScheduleRunnerOptions;
  #worker: Worker<ScheduledJob> | undefined;

  constructor(options: ScheduleRunnerOptions) {
    this.#options = options;
  }

  start(): void {
    const { redis, keyPrefix, log } = this.#options;
    const worker = new Worker<ScheduledJob>(SCHEDULE_QUEUE, (job) => this.#start(job), {
      connection: redis,
      prefix: schedulePrefix(keyPrefix),
      concurrency: CONCURRENCY,
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    });
    worker.on('error', (error) => log({ type: 'QueueFailed', functionName: '', reason: String(error) }));
    worker.on('failed', (job, error) => {
      if (job !== undefined) log({ type: 'ScheduledStartFailed', ...startOf(job), reason: String(error) });
    });
    this.#worker = worker;
  }

  /** Resolves when starts under way have ended. */
  async stop(): Promise<void> {
    await this.#worker?.close();
  }

  async #start(job: Job<ScheduledJob>): Promise<void> {
    try {
      await this.#options.start(startOf(job));
    } catch (error) {
      if (error instanceof Error && error.name === 'ExecutionAlreadyExists') return;
      throw error;
    }
  }
}

/** BullMQ names an occurrence `repeat:SCHEDULE:MS`, with the time at which it was due. */
function startOf({ id = '', name, data }: Job<ScheduledJob>): ScheduledStart {
  const dueMs = Number(id.slice(id.lastIndexOf(':') + 1));
  const due = formatTimestamp(dueMs).replace(/[-:.]/g, '');
  return { stateMachineArn: data.stateMachineArn, name: `${name}-${due}`, input: data.input };
}
