import type { Worker } from 'node:worker_threads';
import type { TaskResult } from '../../runtime/ports/task-dispatcher.ts';
import type { Cancellable } from '../task-handler.ts';
import type { WorkerLog } from '../worker-log.ts';
import { FUNCTION_MEMORY_MB } from './function-context.ts';
import { exitFailure, failureOf, serviceFailure, type TaskFailure } from './function-error.ts';
import type { CallEvents, FunctionCall } from './function-host.ts';
import { startThread } from './thread-entry.ts';
import {
  BEGUN,
  ENTERED,
  type FromFunctionThread,
  type FunctionThreadData,
  SHARED_LENGTH,
  type ToFunctionThread,
} from './thread-protocol.ts';

/** How long a thread may take to acknowledge that a call was cancelled before it counts as blocked. */
const ACKNOWLEDGE_MS = 200;

/** What an isolated function asks of the host. */
export interface IsolatedFunctionOwner {
  readonly log: WorkerLog;
  /** Runs a call that a closed thread had not begun. */
  run(isolated: IsolatedCall): void;
  closed(isolated: IsolatedFunction): void;
  /** There is no such function: what its call is answered with. */
  missing(call: FunctionCall): TaskFailure;
}

/** A call on its way to a thread, or to the next one where a thread ends before it has begun. */
export class IsolatedCall implements Cancellable {
  readonly call: FunctionCall;
  readonly #events: CallEvents;
  #open = true;
  #place: { readonly at: IsolatedFunction; readonly id: number } | undefined;

  constructor(call: FunctionCall, events: CallEvents) {
    this.call = call;
    this.#events = events;
  }

  put(at: IsolatedFunction, id: number): void {
    this.#place = { at, id };
  }

  settle(result: TaskResult): void {
    if (!this.#open) return;
    this.#open = false;
    this.#events.done(result);
  }

  beat(): void {
    if (this.#open) this.#events.beat();
  }

  cancel(): void {
    this.#open = false;
    this.#place?.at.cancel(this.#place.id);
  }
}

/** One function's thread, seen from outside. Closes once: by itself, when retired and idle, or when it must be ended. */
export class IsolatedFunction {
  readonly name: string;
  readonly #owner: IsolatedFunctionOwner;
  readonly #shared: Int32Array = new Int32Array(new SharedArrayBuffer(SHARED_LENGTH * Int32Array.BYTES_PER_ELEMENT));
  /** Calls whose result is wanted, by id. */
  readonly #calls = new Map<number, IsolatedCall>();
  /** Cancelled calls that the thread has not acknowledged. */
  readonly #cancelled = new Set<number>();
  #thread: Worker | undefined;
  #lastId = 0;
  #loaded = false;
  #retired = false;
  #closed = false;
  #outOfMemory = false;
  #acknowledgeTimer: NodeJS.Timeout | undefined;

  constructor(name: string, file: Promise<string | TaskFailure | undefined>, owner: IsolatedFunctionOwner) {
    this.name = name;
    this.#owner = owner;
    file.then(
      (found) => this.#start(found),
      (error) => this.#failLoad(failureOf(error)),
    );
  }

  run(isolated: IsolatedCall): void {
    const id = ++this.#lastId;
    isolated.put(this, id);
    this.#calls.set(id, isolated);
    this.#send({ type: 'Call', id, call: isolated.call });
  }

  cancel(id: number): void {
    if (!this.#calls.delete(id) || this.#thread === undefined) return;
    this.#send({ type: 'Cancel', id });
    this.#cancelled.add(id);
    this.#endIfIdle();
    if (!this.#closed) this.#acknowledgeTimer ??= setTimeout(() => this.#checkBlocked(), ACKNOWLEDGE_MS);
  }

  /** Takes no more calls: ends as soon as those it has are done. */
  retire(): void {
    this.#retired = true;
    this.#endIfIdle();
  }

  /** Ends the thread at once; its calls are neither reported nor run again. */
  async end(): Promise<void> {
    this.#close();
    await this.#thread?.terminate();
  }

  #send(message: ToFunctionThread): void {
    this.#thread?.postMessage(message);
  }

  #start(file: string | TaskFailure | undefined): void {
    if (this.#closed) return;
    if (file === undefined) this.#failMissing();
    else if (typeof file !== 'string') this.#failLoad(file);
    else this.#startThread(file);
  }

  #startThread(file: string): void {
    const workerData: FunctionThreadData = { functionName: this.name, file, shared: this.#shared };
    const resourceLimits = { maxOldGenerationSizeMb: FUNCTION_MEMORY_MB };
    this.#thread = startThread('function-thread', { workerData, resourceLimits });
    this.#thread.on('message', (message: FromFunctionThread) => this.#receive(message));
    this.#thread.on('error', (error) => {
      this.#outOfMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    });
    this.#thread.on('exit', (code) => this.#exited(code));
    for (const [id, { call }] of this.#calls) this.#send({ type: 'Call', id, call });
  }

  #receive(message: FromFunctionThread): void {
    switch (message.type) {
      case 'Loaded':
        this.#loaded = true;
        break;
      case 'Fatal':
        this.#failLoad(message.failure);
        break;
      case 'Result': {
        const isolated = this.#calls.get(message.id);
        this.#calls.delete(message.id);
        this.#endIfIdle();
        isolated?.settle(message.result);
        break;
      }
      case 'Beat':
        this.#calls.get(message.id)?.beat();
        break;
      case 'Cancelled':
        this.#acknowledged(message.id);
        break;
    }
  }

  #acknowledged(id: number): void {
    this.#cancelled.delete(id);
    if (this.#cancelled.size > 0) return;
    clearTimeout(this.#acknowledgeTimer);
    this.#acknowledgeTimer = undefined;
    this.#endIfIdle();
  }

  /**
   * The thread has not acknowledged: a call blocks it. Where that is one whose result is still wanted, it may go on
   * until its own task ends it.
   */
  #checkBlocked(): void {
    this.#acknowledgeTimer = undefined;
    if (this.#closed || this.#calls.has(Atomics.load(this.#shared, ENTERED))) return;
    this.#log('a call went on after its task had ended and blocked it');
    const requestFailure = ({ call }: IsolatedCall): TaskFailure =>
      serviceFailure('ServiceException', `Another call of the function ${this.name} blocked its thread`, {
        status: 500,
        requestId: call.requestId,
      });
    this.#endWith(requestFailure, Atomics.load(this.#shared, BEGUN));
  }

  #exited(code: number): void {
    if (this.#closed) return;
    const exit = this.#outOfMemory ? 'killed' : code;
    this.#log(this.#outOfMemory ? `it used more than ${FUNCTION_MEMORY_MB} MB` : `it exited with code ${code}`);
    const begun = this.#loaded ? Atomics.load(this.#shared, BEGUN) : this.#lastId;
    this.#endWith(({ call }) => exitFailure(call.requestId, exit), begun);
  }

  #failMissing(): void {
    this.#endWith(({ call }) => this.#owner.missing(call), this.#lastId);
  }

  #failLoad(failure: TaskFailure): void {
    if (this.#closed) return;
    const { error, cause } = failure;
    this.#owner.log({ type: 'FunctionLoadFailed', functionName: this.name, error, cause });
    this.#endWith(() => failure, this.#lastId);
  }

  /** Ends the thread, fails the calls up to the last one begun, and runs the others in a new one. */
  #endWith(failureFor: (isolated: IsolatedCall) => TaskFailure, lastBegun: number): void {
    const calls = [...this.#calls];
    this.#close();
    void this.#thread?.terminate();
    for (const [id, isolated] of calls) {
      if (id <= lastBegun) isolated.settle(failureFor(isolated));
      else this.#owner.run(isolated);
    }
  }

  #endIfIdle(): void {
    if (!this.#retired || this.#calls.size > 0 || this.#closed) return;
    this.#close();
    void this.#thread?.terminate();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#calls.clear();
    clearTimeout(this.#acknowledgeTimer);
    this.#owner.closed(this);
  }

  #log(reason: string): void {
    this.#owner.log({ type: 'FunctionThreadEnded', functionName: this.name, reason });
  }
}
