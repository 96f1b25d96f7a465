import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process of `lmdb-child.ts`, spoken to in lines. */
export class StoreChild {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(
    directory: string,
    { durability = 'fsync', segmentBytes = 2 ** 20, flushHereBytesMax = 0, wrapper = [] as readonly string[] } = {},
  ) {
    const script = fileURLToPath(new URL('./lmdb-child.ts', import.meta.url));
    const command = [
      ...wrapper,
      process.execPath,
      '--import',
      'tsx',
      script,
      directory,
      durability,
      String(segmentBytes),
      String(flushHereBytesMax),
    ];
    const [program = process.execPath, ...args] = command;
    // One thread writes: when it is held, so is the data file.
    const env = { ...process.env, UV_THREADPOOL_SIZE: '1' };
    this.#process = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], env });
    const { stdin, stdout } = this.#process;
    if (stdin === null || stdout === null) throw new TypeError('stdin and stdout are pipes');
    stdin.on('error', () => undefined); // it has ended: `line` tells
    const lines: Interface = createInterface({ input: stdout });
    this.#lines = lines[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** The next line it reports; undefined: it has ended. */
  async line(): Promise<string | undefined> {
    const { done, value } = await this.#lines.next();
    return done === true ? undefined : value;
  }

  send(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  async ask(line: string): Promise<string | undefined> {
    this.send(line);
    return this.line();
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}
