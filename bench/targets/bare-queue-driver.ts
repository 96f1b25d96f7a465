import { Worker } from 'bullmq';
import type { Json } from '../../core/json.ts';
import type { QueuedTask } from '../../workers/queue/task-queue.ts';

/**
 * A BullMQ worker as its users write it, on the jobs that Redstep's workers get: calls the function, keeps its answer. Told
 * a number, it answers when it has done so many jobs in all.
 */
const [url = '', name = '', concurrency = ''] = process.argv.slice(2);
const noop = async (event: Json): Promise<Json> => event;

let done = 0;
let asked = Number.POSITIVE_INFINITY;
const worker = new Worker<QueuedTask, string>(
  name,
  async ({ data }) => JSON.stringify(await noop(JSON.parse(data.input))),
  { connection: { url }, concurrency: Number(concurrency) },
);
worker.on('completed', () => {
  done++;
  answer();
});
worker.on('error', (error) => {
  throw error;
});
process.on('message', (jobs) => {
  asked = Number(jobs);
  answer();
});
process.once('disconnect', () => process.exit());
await worker.waitUntilReady();
console.log('ready');

function answer(): void {
  if (done < asked) return;
  process.send?.(done);
  asked = Number.POSITIVE_INFINITY;
}
