import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type JobsOptions, Queue } from 'bullmq';
import { executionKeyOf } from '../../runtime/actor/execution-key.ts';
import { MailboxReader } from '../../runtime/partition/mailbox-reader.ts';
import type { TaskRequest } from '../../runtime/ports/task-dispatcher.ts';
import { openRedis } from '../../runtime/stores/redis/open-redis.ts';
import { attemptId, type QueuedTask } from '../../workers/queue/task-queue.ts';
import { TaskQueues } from '../../workers/queue/task-queues.ts';
import { treeCpuMicros } from '../proc.ts';
import type { Figures } from '../result.ts';
import { median } from '../stats.ts';
import { startRedis } from '../targets/redis-server.ts';
import { endProcess, firstLine, startProcess } from '../targets/server-process.ts';
import { payloadOf200Bytes } from './workflow.ts';

/** Attempts at a time in the one worker process, on both sides. */
const CONCURRENCY = 50;
/** Attempts that leave together, as those of one commit do. */
const GROUP = 64;
const WARM_UP_TASKS = 3_000;
const FUNCTION = 'noop';
const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:noop';
const FUNCTIONS = fileURLToPath(new URL('../../../bench/functions', import.meta.url));
const CLI = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
const BARE_WORKER = fileURLToPath(new URL('../targets/bare-queue-driver.js', import.meta.url));

export interface QueueTasksOptions {
  readonly tasks: number;
  readonly rounds: number;
  readonly directory: string;
}

/** Adds tasks, and resolves when all are done. */
type RunTasks = (tasks: readonly TaskRequest[]) => Promise<void>;

/** One worker process and what gives it tasks. */
interface Side {
  readonly workerPid: number;
  readonly run: RunTasks;
  close(): Promise<void>;
}

interface Round {
  readonly perSecond: number;
  readonly cpuMicros: number;
}

/**
 * Tasks through worker processes beside what BullMQ alone does with the same jobs: added by this process in groups, done by
 * one worker process, on a Redis with AOF everysec. Redstep also takes the results out of the mailboxes.
 */
export async function measureQueueTasks({ tasks, rounds, directory }: QueueTasksOptions): Promise<Figures> {
  const redstep: Round[] = [];
  const bare: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    redstep.push(await measureSide(openRedstep, tasks, directory));
    bare.push(await measureSide(openBare, tasks, directory));
  }
  const middle = (side: readonly Round[], read: (round: Round) => number): number => median(side.map(read));
  const perSecond = ({ perSecond }: Round): number => perSecond;
  const cpuMicros = ({ cpuMicros }: Round): number => cpuMicros;
  return {
    'Redstep, share of BullMQ alone, %': (100 * middle(redstep, perSecond)) / middle(bare, perSecond),
    'Redstep, share of BullMQ alone by CPU, %': (100 * middle(bare, cpuMicros)) / middle(redstep, cpuMicros),
    'Redstep: tasks/s': middle(redstep, perSecond),
    'BullMQ alone: tasks/s': middle(bare, perSecond),
    'Redstep: CPU µs each, all processes': middle(redstep, cpuMicros),
    'BullMQ alone: CPU µs each, all processes': middle(bare, cpuMicros),
  };
}

async function measureSide(
  open: (url: string, directory: string) => Promise<Side>,
  tasks: number,
  parent: string,
): Promise<Round> {
  const directory = mkdtempSync(join(parent, 'redstep-bench-'));
  const server = await startRedis(directory, 'everysec');
  const side = await open(server.url, directory);
  const cpu = (): number => {
    const { user, system } = process.cpuUsage();
    return user + system + treeCpuMicros(side.workerPid) + treeCpuMicros(server.pid);
  };
  try {
    await side.run(requests(WARM_UP_TASKS));
    const all = requests(tasks);
    const [cpuBefore, startedAt] = [cpu(), performance.now()];
    await side.run(all);
    const seconds = (performance.now() - startedAt) / 1e3;
    return { perSecond: tasks / seconds, cpuMicros: (cpu() - cpuBefore) / tasks };
  } finally {
    await side.close();
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function requests(count: number): TaskRequest[] {
  return Array.from({ length: count }, (_, number) => {
    const executionArn = `arn:aws:states:us-east-1:123456789012:execution:bench:${randomUUID()}`;
    return {
      token: `${number.toString(36)}.${randomUUID()}.${encodeURIComponent(executionArn)}`,
      resource: ARN,
      input: JSON.stringify(payloadOf200Bytes(number)),
      executionArn,
      stateName: 'Work',
      deadlineMs: undefined,
    };
  });
}

async function openRedstep(url: string, directory: string): Promise<Side> {
  const redis = await openRedis({ url, warn: console.error });
  const client = redis.openQueueClient();
  const log = (event: object): void => console.error(event);
  const queues = new TaskQueues({ redis: client, keyPrefix: 'rs', mailbox: redis.attempts, nodeId: 'bench', log });
  queues.start();
  const args = ['worker', '--redis', url, '--functions', FUNCTIONS, '--concurrency', String(CONCURRENCY)];
  const stderr = openSync(join(directory, 'worker.log'), 'a');
  const worker = startProcess(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', stderr] });
  await firstLine(worker);
  const waiting = new Map<string, string>();
  let done: () => void = () => undefined;
  const readers = Array.from({ length: redis.store.partitionCount }, (_, partition) => {
    const handle: ConstructorParameters<typeof MailboxReader>[2] = (envelope, removable) => {
      if ('executionKey' in envelope) {
        queues.ended(waiting.get(envelope.executionKey) ?? '');
        waiting.delete(envelope.executionKey);
      }
      removable();
      if (waiting.size === 0) done();
    };
    return new MailboxReader(redis.mailboxes, partition, handle, (level, text) => console.error(level, text));
  });
  for (const reader of readers) reader.start();
  return {
    workerPid: worker.pid ?? 0,
    run: async (tasks) => {
      for (const { executionArn, token } of tasks) waiting.set(executionKeyOf(executionArn), token);
      const allDone = new Promise<void>((resolve) => {
        done = resolve;
      });
      await inGroups(tasks, (group) => {
        for (const task of group) queues.enqueue(FUNCTION, task, ignore, ignore);
      });
      await allDone;
    },
    close: async () => {
      for (const reader of readers) reader.stop();
      await endProcess(worker);
      await queues.stop();
      client.disconnect();
      await redis.store.close();
    },
  };
}

function ignore(): void {}

async function openBare(url: string): Promise<Side> {
  const queue = new Queue<QueuedTask>(FUNCTION, { connection: { url } });
  const args = [BARE_WORKER, url, FUNCTION, String(CONCURRENCY)];
  const worker = startProcess(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  await firstLine(worker);
  let total = 0;
  return {
    workerPid: worker.pid ?? 0,
    run: async (tasks) => {
      total += tasks.length;
      const allDone = once(worker, 'message');
      worker.send(total);
      const adding: Promise<unknown>[] = [];
      await inGroups(tasks, (group) => {
        adding.push(queue.addBulk(group.map(jobOf)));
      });
      await Promise.all([...adding, allDone]);
    },
    close: async () => {
      await endProcess(worker);
      await queue.close();
    },
  };
}

function jobOf(task: TaskRequest): { name: string; data: QueuedTask; opts: JobsOptions } {
  const id = attemptId(task.token);
  const opts = { jobId: id, attempts: 1, removeOnComplete: true, removeOnFail: true };
  return { name: task.stateName, data: { ...task, id }, opts };
}

/** One group in a turn of the event loop, as commits let them go. */
async function inGroups(tasks: readonly TaskRequest[], add: (group: readonly TaskRequest[]) => void): Promise<void> {
  for (let from = 0; from < tasks.length; from += GROUP) {
    add(tasks.slice(from, from + GROUP));
    await new Promise((resolve) => setImmediate(resolve));
  }
}
