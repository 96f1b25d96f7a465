import { randomUUID } from 'node:crypto';
import { type Job, WaitingError } from 'bullmq';
import type { AttemptMailbox } from '../../runtime/ports/attempt-mailbox.ts';
import type { TaskDispatcher, TaskResult } from '../../runtime/ports/task-dispatcher.ts';
import { serviceFailure } from '../functions/function-error.ts';
import type { WorkerLog } from '../worker-log.ts';
import { LastChances } from './last-chances.ts';
import type { QueuedTask } from './task-queue.ts';

/** How often running attempts are asked whether they are over; a shorter one is never asked. */
const WATCH_MS = 1_000;
/** A job's progress while its last chance is being taken, and it may be what kills the worker. */
const LAST_CHANCE = 'last chance';

export interface JobRunnerOptions {
  readonly mailbox: AttemptMailbox;
  /** Runs functions as the node would. */
  readonly local: TaskDispatcher;
  /** `redispatch`: an attempt whose worker was lost runs again. `fail`: it fails with Lambda.ServiceException. */
  readonly onWorkerLoss: 'redispatch' | 'fail';
  /**
   * Workers lost with an attempt after which it fails with Lambda.Unknown; twice as many where it did not kill the last one
   * at once.
   */
  readonly crashesMax: number;
  readonly log: WorkerLog;
}

/** How running it ended: with a result; nobody waits for one; it is for another worker to run. */
type Outcome = TaskResult | 'over' | 'handed back';

interface Running {
  readonly task: QueuedTask;
  readonly sinceMs: number;
  readonly outcome: Promise<Outcome>;
  readonly end: (outcome: Outcome) => void;
}

/**
 * One job after another, from its queue to the execution's mailbox:
 *
 *   taken ─┬─ over already ──────────────────────────────────────────────► job done
 *          ├─ its worker was lost: `fail`, or too often ─► failure reported ─► job done
 *          └─► runs ─┬─ result ─► reported ────────────────────────────────► job done
 *                    ├─ over meanwhile: cancelled ─────────────────────────► job done
 *                    └─ worker stops ─► back to the queue
 *
 * The job is done only after the report is durable, and never fails: a job that fails is gone, and its attempt with it.
 * What goes wrong in between leaves it to be taken again, as that of a lost worker.
 *
 * BullMQ counts lost workers (`stalledCounter`); what to do about them is decided here, because it ends a job that was
 * lost too often without a word to the execution.
 */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #running = new Map<string, Running>();
  readonly #lastChances = new LastChances();
  #watch: NodeJS.Timeout | undefined;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#watch = setInterval(() => this.#lookForOver(), WATCH_MS);
  }

  stop(): void {
    clearInterval(this.#watch);
  }

  /** What still runs ends here and, where that is allowed, runs again in another worker. */
  handBack(): void {
    for (const { task, end } of [...this.#running.values()]) {
      this.#options.local.cancel(task.token);
      end(this.#options.onWorkerLoss === 'fail' ? lostWorker(task) : 'handed back');
    }
  }

  /** Resolves when the job is done. @throws {WaitingError} it is not, and stays in the queue. */
  async run(job: Job<QueuedTask>): Promise<void> {
    const task = job.data;
    try {
      const outcome = await this.#take(job, task);
      if (outcome === 'handed back') {
        await job.updateProgress(0);
        await job.moveToWait(job.token);
        throw new WaitingError();
      }
      if (outcome !== 'over') await this.#options.mailbox.report(task, outcome);
    } catch (error) {
      if (error instanceof WaitingError) throw error;
      this.#options.log({ type: 'QueueFailed', functionName: job.queueName, reason: String(error) });
      throw new WaitingError();
    }
  }

  async #take(job: Job<QueuedTask>, task: QueuedTask): Promise<Outcome> {
    const { mailbox, onWorkerLoss, crashesMax } = this.#options;
    if (await mailbox.isOver(task)) return 'over';
    const lost = job.stalledCounter;
    if (lost > 0 && onWorkerLoss === 'fail') return lostWorker(task);
    if (lost < crashesMax - 1 || lost === 0) return this.#perform(task);
    if (job.progress === LAST_CHANCE || lost >= 2 * crashesMax) {
      const cause = `The worker ended ${lost} times while this was running.`;
      return { type: 'Failed', error: 'Lambda.Unknown', cause };
    }
    const take = async (): Promise<Outcome> => {
      await job.updateProgress(LAST_CHANCE);
      return this.#perform(task);
    };
    return this.#lastChances.run(take, () => {
      job.updateProgress(0).catch(() => undefined); // it has ended meanwhile
    });
  }

  /** Taken while it still runs here (the worker was so busy that it was taken for lost), it is the same run. */
  #perform(task: QueuedTask): Promise<Outcome> {
    const running = this.#running.get(task.token) ?? this.#begin(task);
    return running.outcome;
  }

  #begin(task: QueuedTask): Running {
    const { local, mailbox } = this.#options;
    const { token } = task;
    let settle: (outcome: Outcome) => void = () => undefined;
    const outcome = new Promise<Outcome>((resolve) => {
      settle = resolve;
    });
    const end = (how: Outcome): void => {
      this.#running.delete(token);
      settle(how);
    };
    const running = { task, sinceMs: performance.now(), outcome, end };
    this.#running.set(token, running);
    const beat = (): void => {
      mailbox.beat(task).catch(() => undefined); // the connection was closed: so is the worker
    };
    local.dispatch(task, end, beat);
    return running;
  }

  #lookForOver(): void {
    const beforeMs = performance.now() - WATCH_MS;
    for (const { task, sinceMs, end } of this.#running.values()) {
      if (sinceMs > beforeMs) continue;
      this.#options.mailbox.isOver(task).then(
        (isOver) => {
          if (!isOver || !this.#running.has(task.token)) return;
          this.#options.local.cancel(task.token);
          end('over');
        },
        () => undefined, // the connection was closed: so is the worker
      );
    }
  }
}

function lostWorker(task: QueuedTask): TaskResult {
  const message = `The worker that ran the task of state '${task.stateName}' was lost.`;
  return serviceFailure('ServiceException', message, { status: 500, requestId: randomUUID() });
}
