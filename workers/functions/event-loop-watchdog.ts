import type { Worker } from 'node:worker_threads';
import type { WorkerLog } from '../worker-log.ts';
import { startThread } from './thread-entry.ts';
import {
  BEAT,
  beatMs,
  ENTERED,
  LAST,
  RUNNING,
  SHARED_LENGTH,
  type WatchdogData,
  type WatchdogMessage,
} from './watchdog-protocol.ts';

export interface WatchdogOptions {
  /** Standstill that is reported, in milliseconds. */
  readonly blockedMs: number;
  readonly log: WorkerLog;
  /** File descriptor for word of a standstill while it lasts, when `log` cannot run; default: standard error. */
  readonly stderr?: number;
}

/**
 * Notices when this thread's event loop stands still and names the function that was being called. A thread of its
 * own watches a heartbeat in shared memory; a call costs four writes there.
 */
export class EventLoopWatchdog {
  readonly #options: WatchdogOptions;
  readonly #shared: Int32Array = new Int32Array(new SharedArrayBuffer(SHARED_LENGTH * Int32Array.BYTES_PER_ELEMENT));
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];
  #thread: Worker | undefined;
  #entered = 0;
  #heart: NodeJS.Timeout | undefined;

  constructor(options: WatchdogOptions) {
    this.#options = options;
  }

  start(): void {
    const { blockedMs, stderr = 2 } = this.#options;
    const data: WatchdogData = { shared: this.#shared, blockedMs, stderr };
    const thread = startThread('watchdog-thread', { workerData: data });
    thread.on('message', (message: WatchdogMessage) => this.#blocked(message));
    thread.unref();
    this.#thread = thread;
    this.#names.forEach((functionName, index) => void this.#tellName(index + 1, functionName));
    this.#heart = setInterval(() => Atomics.add(this.#shared, BEAT, 1), beatMs(blockedMs));
    this.#heart.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#heart);
    await this.#thread?.terminate();
  }

  /** A function's code is about to run in this thread … */
  enter(functionName: string): void {
    const number = this.#numbers.get(functionName) ?? this.#number(functionName);
    this.#shared[RUNNING] = number;
    this.#shared[LAST] = number;
    this.#shared[ENTERED] = ++this.#entered;
  }

  /** … and has returned, finished or awaiting something. */
  leave(): void {
    this.#shared[RUNNING] = 0;
  }

  #number(functionName: string): number {
    const number = this.#names.push(functionName);
    this.#numbers.set(functionName, number);
    this.#tellName(number, functionName);
    return number;
  }

  #tellName(number: number, functionName: string): void {
    const message: WatchdogMessage = { type: 'named', number, functionName };
    this.#thread?.postMessage(message);
  }

  #blocked(message: WatchdogMessage): void {
    if (message.type !== 'blocked') return;
    this.#options.log({
      type: 'EventLoopBlocked',
      functionName: this.#names[message.running - 1],
      lastFunctionName: this.#names[message.last - 1],
      blockedMs: message.blockedMs,
    });
  }
}
