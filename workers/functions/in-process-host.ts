import type { Cancellable } from '../task-handler.ts';
import type { WorkerLog } from '../worker-log.ts';
import type { EventLoopWatchdog } from './event-loop-watchdog.ts';
import type { FunctionDirectory } from './function-directory.ts';
import { failureOf, type TaskFailure } from './function-error.ts';
import type { CallEvents, FunctionCall, FunctionHost } from './function-host.ts';
import { isLoaded, type LoadedFunction, loadFunctionModule } from './function-module.ts';
import { FunctionSources } from './function-sources.ts';
import { Invocation } from './invocation.ts';

/** How long a failed load is remembered: each new try stays in Node's memory for ever. */
const RETRY_LOAD_MS = 1_000;

type LoadResult = LoadedFunction | TaskFailure | undefined;

/** Runs functions in the node's own thread: fast, and a function that blocks blocks the node. */
export class InProcessHost implements FunctionHost {
  readonly #log: WorkerLog;
  readonly #sources: FunctionSources;
  readonly #watchdog: EventLoopWatchdog;
  readonly #loaded = new Map<string, LoadedFunction>();
  readonly #loading = new Map<string, Promise<LoadResult>>();
  readonly #failed = new Map<string, { readonly failure: TaskFailure; readonly untilMs: number }>();
  #attempts = 0;
  #changes = 0;

  constructor(directory: FunctionDirectory, watchdog: EventLoopWatchdog, options: { watch: boolean; log: WorkerLog }) {
    this.#log = options.log;
    this.#watchdog = watchdog;
    this.#sources = new FunctionSources(directory, { ...options, inThisThread: true }, (name) => this.#drop(name));
  }

  invoke(call: FunctionCall, events: CallEvents): Cancellable {
    const invocation = new Invocation(call, events);
    const loaded = this.#loaded.get(call.target.name);
    if (loaded === undefined) this.#loadAndRun(call, invocation);
    else this.#run(invocation, loaded, call.target.name);
    return invocation;
  }

  has(functionName: string): Promise<boolean> {
    return this.#sources.has(functionName);
  }

  stop(): Promise<void> {
    return this.#sources.stop();
  }

  #run(invocation: Invocation, loaded: LoadedFunction, functionName: string): void {
    this.#watchdog.enter(functionName);
    invocation.run(loaded);
    this.#watchdog.leave();
  }

  #loadAndRun(call: FunctionCall, invocation: Invocation): void {
    const { name } = call.target;
    this.#load(name).then(
      (result) => {
        if (isLoaded(result)) this.#run(invocation, result, name);
        else invocation.settle(result ?? this.#sources.missing(call));
      },
      (error) => invocation.settle(failureOf(error)),
    );
  }

  #load(name: string): Promise<LoadResult> {
    const failed = this.#failed.get(name);
    if (failed && Date.now() < failed.untilMs) return Promise.resolve(failed.failure);
    let loading = this.#loading.get(name);
    if (loading === undefined) {
      loading = this.#loadAnew(name, failed !== undefined).finally(() => this.#loading.delete(name));
      this.#loading.set(name, loading);
    }
    return loading;
  }

  async #loadAnew(name: string, again: boolean): Promise<LoadResult> {
    const changes = this.#changes;
    const source = await this.#sources.prepare(name);
    if (source === undefined) return undefined;
    const attempt = again ? ++this.#attempts : 0;
    const result = typeof source === 'string' ? await loadFunctionModule(name, source, attempt) : source;
    if (isLoaded(result)) {
      this.#failed.delete(name);
      // What was edited meanwhile serves those who wait for it, and is loaded anew for the next.
      if (changes === this.#changes) this.#loaded.set(name, result);
    } else {
      this.#failed.set(name, { failure: result, untilMs: Date.now() + RETRY_LOAD_MS });
      this.#log({ type: 'FunctionLoadFailed', functionName: name, error: result.error, cause: result.cause });
    }
    return result;
  }

  #drop(name: string): void {
    this.#changes++;
    this.#loaded.delete(name);
    this.#loading.delete(name);
    this.#failed.delete(name);
  }
}
