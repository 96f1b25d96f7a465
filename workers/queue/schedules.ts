import { Queue } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';

/** What starts executions of a state machine again and again. */
export interface Schedule {
  /** At most 60 of A-Z, a-z, 0-9, - and _: names of executions begin with it. */
  readonly name: string;
  readonly when: ScheduleTimes;
  readonly stateMachineArn: string;
  /** JSON text. */
  readonly input: string;
}

export type ScheduleTimes =
  /** Five fields, or six with seconds first; in `timezone` (`Europe/Berlin`), default: that of the node. */
  | { readonly cron: string; readonly timezone: string | undefined }
  /** The first at once, from then on at this distance. */
  | { readonly everyMs: number };

export interface ListedSchedule extends Schedule {
  /** In milliseconds since the epoch. */
  readonly nextMs: number | undefined;
}

/** What a schedule's jobs carry. */
export interface ScheduledJob {
  readonly stateMachineArn: string;
  readonly input: string;
}

export const SCHEDULE_QUEUE = 'schedules';
const NAME = /^[\w-]{1,60}$/;
/** A start is tried again for about a quarter of an hour: nodes restart, Redis fails over. */
const ATTEMPTS = 10;
const FIRST_RETRY_MS = 1_000;

/** BullMQ's prefix of the schedules: a hash tag, so that all of them lie in one slot. */
export function schedulePrefix(keyPrefix: string): string {
  return `{${keyPrefix}:schedules}`;
}

/** The schedules of a deployment: BullMQ's job schedulers, one each. */
export class Schedules {
  readonly #queue: Queue<ScheduledJob>;

  constructor(redis: Redis | Cluster, keyPrefix: string) {
    this.#queue = new Queue(SCHEDULE_QUEUE, { connection: redis, prefix: schedulePrefix(keyPrefix) });
    this.#queue.on('error', () => undefined); // the commands that fail tell it
  }

  /** Replaces one of the same name. @throws {InvalidSchedule} */
  async put({ name, when, stateMachineArn, input }: Schedule): Promise<void> {
    if (!NAME.test(name)) throw new InvalidSchedule('a name is up to 60 of A-Z, a-z, 0-9, - and _');
    const times =
      'cron' in when
        ? { pattern: when.cron, ...(when.timezone === undefined ? {} : { tz: when.timezone }) }
        : { every: when.everyMs };
    const opts = {
      attempts: ATTEMPTS,
      backoff: { type: 'exponential', delay: FIRST_RETRY_MS },
      removeOnComplete: true,
      removeOnFail: true,
    };
    try {
      await this.#queue.upsertJobScheduler(name, times, { name, data: { stateMachineArn, input }, opts });
    } catch (error) {
      throw new InvalidSchedule(error instanceof Error ? error.message : String(error));
    }
  }

  async has(name: string): Promise<boolean> {
    return (await this.#queue.getJobScheduler(name)) !== undefined;
  }

  /** By the time of the next start. */
  async list(): Promise<ListedSchedule[]> {
    const schedulers = await this.#queue.getJobSchedulers(0, -1, true);
    return schedulers.map(({ key, pattern, tz, every, next, template }) => ({
      name: key,
      when: pattern === undefined ? { everyMs: Number(every) } : { cron: pattern, timezone: tz },
      stateMachineArn: template?.data?.stateMachineArn ?? '',
      input: template?.data?.input ?? '{}',
      nextMs: next,
    }));
  }

  /** @returns whether there was one. */
  remove(name: string): Promise<boolean> {
    return this.#queue.removeJobScheduler(name);
  }

  close(): Promise<void> {
    return this.#queue.close();
  }
}

export class InvalidSchedule extends Error {
  override readonly name = 'InvalidSchedule';
}
