import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Command, Reply, Request } from './fault-protocol.ts';

/** Lines of a process's log that a failing test shows. */
const LOG_LINES_MAX = 20;

/** A process of `node.mjs`. What it does not answer any more is answered with undefined. */
export class FaultNode {
  /** Resolves when the process has loaded what it needs, or has ended. */
  readonly ready: Promise<void>;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  readonly log: string[] = [];
  readonly #process: ChildProcess;
  readonly #waiting: Map<number, (value: Reply['value'] | undefined) => void> = new Map();
  #requests = 0;
  #alive = true;

  constructor(ledger: string) {
    const script = fileURLToPath(new URL('./node.mjs', import.meta.url));
    const child = spawn(process.execPath, [script], {
      env: { ...process.env, REDSTEP_LEDGER: ledger },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#process = child;
    child.stdin.on('error', () => undefined); // it has been killed
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.log.push(line);
      if (this.log.length > LOG_LINES_MAX) this.log.shift();
    });
    this.ended = new Promise((resolve) => {
      child.once('close', () => {
        this.#alive = false;
        for (const answer of this.#waiting.values()) answer(undefined);
        resolve();
      });
    });
    this.ready = new Promise((resolve) => {
      void this.ended.then(resolve);
      createInterface({ input: child.stdout }).on('line', (line) => {
        const reply: Reply | 'ready' = JSON.parse(line);
        if (reply === 'ready') resolve();
        else this.#take(reply);
      });
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Undefined: it has ended before it answered. */
  ask(command: Command): Promise<Reply['value'] | undefined> {
    if (!this.#alive) return Promise.resolve(undefined);
    const id = ++this.#requests;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      const request: Request = { id, command };
      this.#process.stdin?.write(`${JSON.stringify(request)}\n`);
    });
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.ended;
  }

  /** Ends it in order. */
  async stop(): Promise<void> {
    this.#process.stdin?.end();
    await this.ended;
  }

  #take({ id, value }: Reply): void {
    this.#waiting.get(id)?.(value);
    this.#waiting.delete(id);
  }
}

/** Processes one after the other on one data directory; the next one is loaded while one runs. */
export class FaultNodes {
  readonly #dataDir: string;
  readonly #functionsDir = fileURLToPath(new URL('./functions/', import.meta.url));
  readonly #ledger: string;
  #spare: FaultNode;

  constructor(dataDir: string, ledger: string) {
    this.#dataDir = dataDir;
    this.#ledger = ledger;
    this.#spare = new FaultNode(ledger);
  }

  /** The next process, with the data directory opened, or ended while it did that. */
  async next(): Promise<FaultNode> {
    const node = this.#spare;
    this.#spare = new FaultNode(this.#ledger);
    await node.ready;
    await node.ask({ type: 'open', dataDir: this.#dataDir, functionsDir: this.#functionsDir });
    return node;
  }

  async stop(): Promise<void> {
    await this.#spare.kill();
  }
}
