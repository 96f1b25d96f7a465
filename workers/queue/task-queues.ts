import { setTimeout as delay } from 'node:timers/promises';
import { Queue } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import { parseExecutionArn } from '../../core/arn.ts';
import type { AttemptMailbox, AttemptNews, RemoteAttempt } from '../../runtime/ports/attempt-mailbox.ts';
import type { TaskRequest, TaskResult } from '../../runtime/ports/task-dispatcher.ts';
import type { WorkerLog } from '../worker-log.ts';
import { attemptId, type QueuedTask, queuePrefix } from './task-queue.ts';

/** How often attempts are looked for that have neither a job nor a result. */
const CHECK_MS = 15_000;
const RETRY_MS = 100;
const RETRY_MS_MAX = 5_000;

export interface TaskQueuesOptions {
  /** Shared by all queues. BullMQ wants `maxRetriesPerRequest: null`. */
  readonly redis: Redis | Cluster;
  /** Before all keys, as in the store: `rs`. */
  readonly keyPrefix: string;
  readonly mailbox: AttemptMailbox;
  /** Under this name Express executions in this node get their replies. */
  readonly nodeId: string;
  readonly log: WorkerLog;
}

/** What this node waits for. */
interface Waiting {
  readonly functionName: string;
  readonly task: QueuedTask;
  readonly sinceMs: number;
  readonly report: (result: TaskResult) => void;
  readonly beat: () => void;
}

/**
 * The node's side of the queues. An attempt's way:
 *
 *   dispatched ──► job in its function's queue ──► a worker has it ──► result in the mailbox ──► job gone
 *
 * Its job's id comes from its token, so that it has one job however often it is dispatched, also by several nodes. What
 * has neither a job nor a result after a while (somebody emptied the queue, a failover has lost it) is added again.
 *
 * Results of stored executions come to whoever owns the partition, through its mailbox. Those of Express executions are
 * in this node's memory alone: their results come back here and are reported.
 */
export class TaskQueues {
  readonly #options: TaskQueuesOptions;
  readonly #queues = new Map<string, Queue>();
  readonly #waiting = new Map<string, Waiting>();
  /** Dispatched in this turn of the event loop, by function. */
  #gathered = new Map<string, QueuedTask[]>();
  readonly #adding = new Set<Promise<void>>();
  #endListening: (() => Promise<void>) | undefined;
  #checks: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: TaskQueuesOptions) {
    this.#options = options;
  }

  start(): void {
    this.#checks = setInterval(() => {
      this.check().catch((error) => this.#failed('', error));
    }, CHECK_MS);
  }

  /** Adds what was dispatched. Attempts go on, and are nobody's here. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#checks);
    if (this.#gathered.size > 0) this.#flush();
    await Promise.all(this.#adding);
    await this.#endListening?.();
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }

  /** `report` and `beat` are called for Express executions alone. */
  enqueue(functionName: string, task: TaskRequest, report: (result: TaskResult) => void, beat: () => void): void {
    const isExpress = parseExecutionArn(task.executionArn)?.express === true;
    const queued = { ...task, id: attemptId(task.token), ...(isExpress ? { replyTo: this.#replyTo() } : {}) };
    this.#waiting.set(task.token, { functionName, task: queued, sinceMs: performance.now(), report, beat });
    this.#gather(functionName, queued);
  }

  /** Its job is removed; a worker that has it already is told, or finds out. */
  cancel(token: string): void {
    const waiting = this.#waiting.get(token);
    this.#waiting.delete(token);
    const attempt = waiting?.task ?? { id: attemptId(token), token };
    this.#cancel(attempt, waiting?.functionName).catch((error) => this.#failed(waiting?.functionName ?? '', error));
  }

  /** The attempt's result has come through a mailbox: it needs no looking after. What is not told is found out. */
  ended(token: string): void {
    this.#waiting.delete(token);
  }

  /**
   * Whoever holds the token has answered: the job goes, unless a worker has it, whose function goes on to its end. What
   * another node has put into a queue only its worker can drop: it is told as if it were cancelled.
   */
  answered(token: string): void {
    const waiting = this.#waiting.get(token);
    if (waiting === undefined) return this.cancel(token);
    this.#waiting.delete(token);
    const { functionName, task } = waiting;
    this.#queue(functionName)
      .remove(task.id)
      .catch((error) => this.#failed(functionName, error));
  }

  /** Adds again what was dispatched `ageMs` ago or earlier and has neither a job nor a result. */
  async check(ageMs: number = CHECK_MS): Promise<void> {
    const beforeMs = performance.now() - ageMs;
    const old = [...this.#waiting.values()].filter(({ sinceMs }) => sinceMs <= beforeMs);
    await Promise.all(old.map((waiting) => this.#check(waiting)));
  }

  async #check({ functionName, task }: Waiting): Promise<void> {
    const { token } = task;
    // A worker reports before the job goes, so look for the job first.
    const hasJob = await this.#options.redis.exists(this.#queue(functionName).toKey(task.id));
    if (hasJob === 1 || !this.#waiting.has(token)) return;
    if (await this.#options.mailbox.isOver(task)) {
      if (task.replyTo === undefined) this.#waiting.delete(token);
    } else if (this.#waiting.has(token)) {
      this.#gather(functionName, task);
    }
  }

  async #cancel(attempt: RemoteAttempt, functionName: string | undefined): Promise<void> {
    await this.#options.mailbox.cancel(attempt);
    if (functionName !== undefined) await this.#queue(functionName).remove(attempt.id);
  }

  #replyTo(): string {
    const { mailbox, nodeId } = this.#options;
    this.#endListening ??= mailbox.listen(nodeId, (token, news) => this.#hear(token, news));
    return nodeId;
  }

  #hear(token: string, news: AttemptNews): void {
    const waiting = this.#waiting.get(token);
    if (waiting === undefined) return;
    if (news.type === 'Beat') return waiting.beat();
    this.#waiting.delete(token);
    waiting.report(news);
  }

  #gather(functionName: string, task: QueuedTask): void {
    if (this.#stopped) return;
    if (this.#gathered.size === 0) setImmediate(() => this.#flush());
    const tasks = this.#gathered.get(functionName);
    if (tasks === undefined) this.#gathered.set(functionName, [task]);
    else tasks.push(task);
  }

  #flush(): void {
    const gathered = this.#gathered;
    this.#gathered = new Map();
    for (const [functionName, tasks] of gathered) {
      const adding = this.#add(functionName, tasks).finally(() => this.#adding.delete(adding));
      this.#adding.add(adding);
    }
  }

  /** Goes on trying: the attempt is durable, and nobody else would run it. */
  async #add(functionName: string, tasks: readonly QueuedTask[]): Promise<void> {
    for (let retryMs = RETRY_MS; ; retryMs = Math.min(RETRY_MS_MAX, retryMs * 2)) {
      const wanted = tasks.filter(({ token }) => this.#waiting.has(token));
      if (wanted.length === 0) return;
      try {
        await this.#queue(functionName).addBulk(wanted.map(jobOf));
        return;
      } catch (error) {
        this.#failed(functionName, error);
        if (this.#stopped) return;
        await delay(retryMs);
      }
    }
  }

  #queue(functionName: string): Queue {
    let queue = this.#queues.get(functionName);
    if (queue === undefined) {
      const { redis, keyPrefix } = this.#options;
      queue = new Queue(functionName, { connection: redis, prefix: queuePrefix(keyPrefix, functionName) });
      queue.on('error', (error) => this.#failed(functionName, error));
      this.#queues.set(functionName, queue);
    }
    return queue;
  }

  #failed(functionName: string, error: unknown): void {
    this.#options.log({ type: 'QueueFailed', functionName, reason: String(error) });
  }
}

/** `attempts`: Retry is for the definition to say. A job that has ended has nothing to tell: the execution knows. */
function jobOf(task: QueuedTask): Parameters<Queue['addBulk']>[0][number] {
  const opts = { jobId: task.id, attempts: 1, removeOnComplete: true, removeOnFail: true };
  return { name: task.stateName, data: task, opts };
}
