import { FlowProducer, type Job, Queue, Worker } from 'bullmq';
import type { Json } from '../../core/json.ts';
import { closedLoop, type Usage } from '../closed-loop.ts';
import { treeCpuMicros, treeMemoryMib } from '../proc.ts';
import { DriverFailed, driverSetup, serveLoads } from './driver.ts';

/** The bench's workflows as BullMQ's users write them: one queue, one worker, jobs that do nothing. */

export interface BullmqSetup {
  readonly workflow: string;
  readonly input: Json;
  readonly redis: { readonly url: string; readonly pid: number };
}

/** Of `run`s, the job named `End` is the last one. */
interface JobData {
  readonly run: number;
  readonly event: Json;
}

const { workflow, input, redis } = driverSetup<BullmqSetup>();
const QUEUE = 'bench';
/** Jobs of the worker at once. 16 and 200 make no difference that could be told from noise. */
const CONCURRENCY = 64;
/** Commands one by one, as BullMQ has it: ioredis' automatic pipelines make no difference here. */
const connection = { url: redis.url };
const kept = { removeOnComplete: true };

const queue = new Queue<JobData>(QUEUE, { connection, defaultJobOptions: kept });
const flows = new FlowProducer({ connection });
const waiting = new Map<number, (result: Json) => void>();

const worker = new Worker<JobData, Json>(QUEUE, work, { connection, concurrency: CONCURRENCY });
worker.on('completed', ({ name, data }, result) => {
  if (name === 'End') waiting.get(data.run)?.(result);
});
worker.on('failed', (_, error) => {
  throw error;
});
worker.on('error', (error) => {
  throw error;
});

const noop = async (event: Json): Promise<Json> => event;

async function work(job: Job<JobData, Json>): Promise<Json> {
  const { run, event } = job.data;
  if (job.name === 'First') await queue.add('End', { run, event: await noop(event) });
  if (job.name !== 'End' || !isFlow) return await noop(event);
  return Object.values(await job.getChildrenValues<Json>());
}

const isFlow = workflow === 'par10' || workflow === 'map100';
const tasks: readonly Json[] =
  workflow === 'par10' ? Array.from({ length: 10 }, () => input) : Array.isArray(input) ? input : [];

async function start(run: number): Promise<void> {
  switch (workflow) {
    case 'nop':
      await queue.add('End', { run, event: input });
      break;
    case 'seq2':
      await queue.add('First', { run, event: input });
      break;
    default:
      await flows.add({
        name: 'End',
        queueName: QUEUE,
        data: { run, event: null },
        opts: kept,
        children: tasks.map((event) => ({ name: 'Task', queueName: QUEUE, data: { run, event }, opts: kept })),
      });
  }
}

let runs = 0;

async function runOne(): Promise<Json> {
  const run = ++runs;
  const ended = new Promise<Json>((resolve) => waiting.set(run, resolve));
  await start(run);
  const result = await ended;
  waiting.delete(run);
  return result;
}

function readUsage(): Usage {
  const { user, system } = process.cpuUsage();
  return {
    cpuMicros: { bullmq: user + system, redis: treeCpuMicros(redis.pid) },
    rssMib: treeMemoryMib(redis.pid),
    counters: {},
  };
}

await worker.waitUntilReady();
const result = await runOne();
if (isFlow && Object(result).length !== tasks.length) throw new DriverFailed(`${workflow}: ${JSON.stringify(result)}`);
serveLoads(
  (load) => closedLoop(async () => void (await runOne()), readUsage, load),
  async () => void (await Promise.all([worker.close(), queue.close(), flows.close()])),
);
