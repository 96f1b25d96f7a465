import type { TaskDispatcher } from '../runtime/ports/task-dispatcher.ts';
import { EventLoopWatchdog } from './functions/event-loop-watchdog.ts';
import { FunctionDirectory } from './functions/function-directory.ts';
import { InProcessHost } from './functions/in-process-host.ts';
import { ThreadHost } from './functions/thread-host.ts';
import { createHandlerRegistry } from './handler-registry.ts';
import { LocalDispatcher } from './local-dispatcher.ts';
import type { WorkerLog } from './worker-log.ts';

/** A standstill that anyone who waits for an answer notices, and that a busy function does not reach by the way. */
const BLOCKED_MS_DEFAULT = 1_000;

export interface LocalWorkersOptions {
  /** Folder of functions; undefined: there are none. */
  readonly functionsDir: string | undefined;
  /** Run each function in a thread of its own: slower, and nothing a function does harms the node. */
  readonly isolate: boolean;
  /** Load edited functions, and what they import, without a restart. */
  readonly watch: boolean;
  /** How long the event loop may stand still before the watchdog names the function, in milliseconds; default 1,000. */
  readonly blockedMs?: number;
  readonly log: WorkerLog;
}

export interface LocalWorkers extends TaskDispatcher {
  /** @returns whether the attempt was under way. */
  cancel(token: string): boolean;
  start(): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  /** Cancels what is under way, ends threads and watchers. */
  stop(): Promise<void>;
  functionNames(): string[];
}

/** The tasks a node does by itself, with all they need. */
export function createLocalWorkers(options: LocalWorkersOptions): LocalWorkers {
  const directory = new FunctionDirectory(options.functionsDir, options.log);
  const watchdog = new EventLoopWatchdog({ blockedMs: options.blockedMs ?? BLOCKED_MS_DEFAULT, log: options.log });
  const functions = options.isolate
    ? new ThreadHost(directory, options)
    : new InProcessHost(directory, watchdog, options);
  const dispatcher = new LocalDispatcher(createHandlerRegistry(functions));
  return {
    dispatch: (task, report, beat) => dispatcher.dispatch(task, report, beat),
    cancel: (token) => dispatcher.cancel(token),
    idle: () => dispatcher.idle(),
    start: async () => {
      if (!options.isolate) watchdog.start();
    },
    stop: async () => {
      dispatcher.cancelAll();
      await Promise.all([functions.stop(), watchdog.stop()]);
    },
    functionNames: () => directory.names(),
  };
}
