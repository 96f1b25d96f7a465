import type { Cluster, Redis } from 'ioredis';
import type { AttemptMailbox } from '../../runtime/ports/attempt-mailbox.ts';
import type { TaskDispatcher } from '../../runtime/ports/task-dispatcher.ts';
import type { LocalWorkers } from '../local-workers.ts';
import type { WorkerLog } from '../worker-log.ts';
import { HostedFunctions } from './hosted-functions.ts';
import { type ScheduledStart, ScheduleRunner } from './schedule-runner.ts';
import { TaskQueues } from './task-queues.ts';
import { TaskRouter, type TaskRouterOptions } from './task-router.ts';

export interface QueuedWorkersOptions {
  readonly tasks: TaskRouterOptions['tasks'];
  readonly local: LocalWorkers;
  /** Shared by all queues, besides one connection that BullMQ blocks. `stop` ends it. */
  readonly redis: Redis | Cluster;
  /** Before all keys, as in the store: `rs`. */
  readonly keyPrefix: string;
  readonly mailbox: AttemptMailbox;
  readonly nodeId: string;
  readonly log: WorkerLog;
}

export interface QueuedWorkers extends TaskDispatcher {
  /** From now on schedules start executions here, with `begin` (ScheduleRunnerOptions). */
  start(begin: (request: ScheduledStart) => Promise<unknown>): void;
  /** No schedule starts anything here any more. */
  stopSchedules(): Promise<void>;
  /** What was dispatched is in its queue. */
  stop(): Promise<void>;
}

/** The tasks of a node among others: those it does by itself, and those that it leaves to worker processes. */
export function createQueuedWorkers(options: QueuedWorkersOptions): QueuedWorkers {
  const { tasks, local, redis, keyPrefix } = options;
  const queues = new TaskQueues(options);
  const hosted = new HostedFunctions(redis, keyPrefix);
  const router = new TaskRouter({ tasks, local, functionNames: local.functionNames(), queues, hosted });
  let schedules: ScheduleRunner | undefined;
  queues.start();
  return {
    dispatch: (task, report, beat) => router.dispatch(task, report, beat),
    cancel: (token) => router.cancel(token),
    over: (token, how) => router.over(token, how),
    start: (begin) => {
      schedules = new ScheduleRunner({ ...options, start: begin });
      schedules.start();
    },
    stopSchedules: async () => schedules?.stop(),
    stop: async () => {
      await queues.stop();
      redis.disconnect();
    },
  };
}
