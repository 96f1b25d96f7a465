import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Lines of a node's log that are kept. */
const LOG_LINES_MAX = 100;

/** Nodes end with the process that has started them, at the latest. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface StormNodeOptions {
  /** The script of the command line. */
  readonly main: string;
  /** Of `redstep start`. */
  readonly args: readonly string[];
  /** Beside this process's own. */
  readonly env: { readonly [name: string]: string };
}

/** A `redstep start` as a process of its own, for a storm to kill, freeze and stop. */
export class StormNode {
  /** Where it answers, once it does; undefined: it ended before. */
  readonly ready: Promise<string | undefined>;
  /** Resolves when the process has ended: with its exit code, or null where a signal has ended it. */
  readonly ended: Promise<number | null>;
  /** Its last lines. */
  readonly log: string[] = [];
  readonly #process: ChildProcess;
  #alive = true;

  constructor({ main, args, env }: StormNodeOptions) {
    const child = spawn(process.execPath, [main, 'start', ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    running.add(child);
    this.ended = new Promise((resolve) => {
      child.once('close', (code) => {
        this.#alive = false;
        running.delete(child);
        resolve(code);
      });
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.log.push(line);
      if (this.log.length > LOG_LINES_MAX) this.log.shift();
    });
    this.ready = new Promise((resolve) => {
      void this.ended.then(() => resolve(undefined));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const endpoint = /listens on (\S+)/.exec(line)?.[1];
        if (endpoint !== undefined) resolve(endpoint);
      });
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.ended;
  }

  /** It stands still, its sockets open. */
  freeze(): void {
    this.#process.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process.kill('SIGCONT');
  }

  /** SIGTERM: it hands over, and ends. @returns its exit code. */
  stop(): Promise<number | null> {
    this.#process.kill('SIGTERM');
    return this.ended;
  }
}
