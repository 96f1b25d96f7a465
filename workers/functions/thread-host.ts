import type { Cancellable } from '../task-handler.ts';
import type { WorkerLog } from '../worker-log.ts';
import type { FunctionDirectory } from './function-directory.ts';
import type { TaskFailure } from './function-error.ts';
import type { CallEvents, FunctionCall, FunctionHost } from './function-host.ts';
import { FunctionSources } from './function-sources.ts';
import { IsolatedCall, IsolatedFunction, type IsolatedFunctionOwner } from './isolated-function.ts';

/** Runs each function in a thread of its own, started at its first call and replaced when its code changes. */
export class ThreadHost implements FunctionHost, IsolatedFunctionOwner {
  readonly log: WorkerLog;
  readonly #sources: FunctionSources;
  /** The function that new calls go to; older ones finish what they have begun. */
  readonly #current = new Map<string, IsolatedFunction>();
  readonly #all = new Set<IsolatedFunction>();
  #stopped = false;

  constructor(directory: FunctionDirectory, options: { watch: boolean; log: WorkerLog }) {
    this.log = options.log;
    this.#sources = new FunctionSources(directory, { ...options, inThisThread: false }, (name) => this.#retire(name));
  }

  invoke(call: FunctionCall, events: CallEvents): Cancellable {
    const isolated = new IsolatedCall(call, events);
    this.run(isolated);
    return isolated;
  }

  has(functionName: string): Promise<boolean> {
    return this.#sources.has(functionName);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#all].map((isolated) => isolated.end()));
    await this.#sources.stop();
  }

  run(isolated: IsolatedCall): void {
    if (this.#stopped) return;
    const { name } = isolated.call.target;
    let current = this.#current.get(name);
    if (current === undefined) {
      current = new IsolatedFunction(name, this.#sources.prepare(name), this);
      this.#current.set(name, current);
      this.#all.add(current);
    }
    current.run(isolated);
  }

  closed(isolated: IsolatedFunction): void {
    this.#all.delete(isolated);
    if (this.#current.get(isolated.name) === isolated) this.#current.delete(isolated.name);
  }

  missing(call: FunctionCall): TaskFailure {
    return this.#sources.missing(call);
  }

  #retire(name: string): void {
    this.#current.get(name)?.retire();
    this.#current.delete(name);
  }
}
