import { randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import { onTestFinished } from 'vitest';
import type { Message } from '../../core/interpreter/messages.ts';
import { unpackEnvelope } from '../../runtime/partition/mailbox-message.ts';
import type { TaskRequest, TaskResult } from '../../runtime/ports/task-dispatcher.ts';
import { openRedis } from '../../runtime/stores/redis/open-redis.ts';
import { HostedFunctions } from '../../workers/queue/hosted-functions.ts';
import { queuePrefix } from '../../workers/queue/task-queue.ts';
import { TaskQueues } from '../../workers/queue/task-queues.ts';
import { RedisServer, type RedisServerOptions } from '../redis/redis-server.ts';
import { waitUntil } from '../redis/wait-until.ts';
import { CliProcess } from './cli-process.ts';
import { FunctionFolder } from './function-folder.ts';

const LAMBDA = 'arn:aws:lambda:us-east-1:123456789012:function:';
export const INVOKE = 'arn:aws:states:::lambda:invoke';
const EXECUTION = 'arn:aws:states:us-east-1:123456789012:execution:machine:one';
/** Short, so that a lost worker is noticed soon. */
const LOST_AFTER = '1s';

interface SomeRedis {
  readonly url: string;
  stop(): Promise<void>;
}

type OpenedRedis = Awaited<ReturnType<typeof openRedis>>;

/**
 * A node's side of the queues without a node: a Redis, the queues, and what comes into the mailboxes.
 */
export class QueueFixture<Server extends SomeRedis = SomeRedis> {
  readonly server: Server;
  readonly redis: OpenedRedis;
  readonly queues: TaskQueues;
  readonly hosted: HostedFunctions;
  readonly functions: FunctionFolder;
  readonly warnings: string[] = [];
  #tasks = 0;

  private constructor(server: Server, redis: OpenedRedis, functions: FunctionFolder) {
    this.server = server;
    this.redis = redis;
    this.functions = functions;
    const client = redis.openQueueClient();
    onTestFinished(() => client.disconnect());
    this.hosted = new HostedFunctions(client, 'rs');
    this.queues = new TaskQueues({
      redis: client,
      keyPrefix: 'rs',
      mailbox: redis.attempts,
      nodeId: randomUUID(),
      log: (event) => this.warnings.push(JSON.stringify(event)),
    });
    onTestFinished(() => this.queues.stop());
    this.queues.start();
  }

  /** All of it goes when the test has ended. `functions`: bodies of handlers, by name. */
  static async start(
    functions: Record<string, string>,
    options: RedisServerOptions = {},
  ): Promise<QueueFixture<RedisServer>> {
    return QueueFixture.startOn(await RedisServer.start(options), functions);
  }

  static async startOn<Server extends SomeRedis>(
    server: Server,
    functions: Record<string, string>,
  ): Promise<QueueFixture<Server>> {
    onTestFinished(() => server.stop());
    const redis = await openRedis({ url: server.url, warn: () => undefined });
    onTestFinished(() => redis.store.close());
    return new QueueFixture(server, redis, new FunctionFolder(functions));
  }

  /** A `redstep worker` of the folder's functions, once it says that it hosts them. */
  async worker(...args: string[]): Promise<CliProcess> {
    const worker = this.startWorker(...args);
    await worker.says(/redstep worker hosts/);
    return worker;
  }

  startWorker(...args: string[]): CliProcess {
    const folder = args.includes('--functions') ? [] : ['--functions', this.functions.path];
    const all = ['--redis', this.server.url, '--lost-after', LOST_AFTER, ...folder, ...args];
    const worker = new CliProcess(['worker', ...all], this.functions.path, { GATEWAY: this.functions.path });
    onTestFinished(async () => {
      worker.child.kill('SIGKILL');
      await worker.finished;
    });
    return worker;
  }

  task(functionName: string, input: unknown = {}, more: Partial<TaskRequest> = {}): TaskRequest {
    const executionArn = more.executionArn ?? EXECUTION;
    return {
      token: `${(++this.#tasks).toString(36)}.${randomUUID()}.${encodeURIComponent(executionArn)}`,
      resource: LAMBDA + functionName,
      input: JSON.stringify(input),
      executionArn,
      stateName: 'Work',
      deadlineMs: undefined,
      ...more,
    };
  }

  enqueue(functionName: string, task: TaskRequest, report: (result: TaskResult) => void = () => undefined): void {
    this.queues.enqueue(functionName, task, report, () => undefined);
  }

  /** All messages in all mailboxes. */
  async messages(): Promise<Message[]> {
    const partitions = Array.from({ length: this.redis.store.partitionCount }, (_, partition) => partition);
    const read = await Promise.all(
      partitions.map((partition) => this.redis.mailboxes.read({ partition, after: undefined, limit: 10_000 })),
    );
    return read.flat().flatMap(({ bytes }) => {
      const envelope = unpackEnvelope(bytes);
      return 'message' in envelope ? [envelope.message] : [];
    });
  }

  /** The messages, once there are so many. */
  async received(count: number): Promise<Message[]> {
    await waitUntil(`${count} messages`, async () => (await this.messages()).length >= count, 60_000);
    return this.messages();
  }

  async jobCounts(functionName: string): Promise<{ [state: string]: number }> {
    return this.withQueue(functionName, (queue) => queue.getJobCounts('wait', 'active', 'completed', 'failed'));
  }

  async withQueue<Result>(functionName: string, use: (queue: Queue) => Promise<Result>): Promise<Result> {
    const connection = this.redis.openQueueClient();
    const queue = new Queue(functionName, { connection, prefix: queuePrefix('rs', functionName) });
    try {
      return await use(queue);
    } finally {
      await queue.close();
      connection.disconnect();
    }
  }
}
