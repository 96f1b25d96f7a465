import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedisPort } from './redis-port.ts';
import { waitUntil } from './wait-until.ts';

/** Another process may take a port between the search for it and its use. */
const PORT_ATTEMPTS_MAX = 5;
/** Loading a large append-only file included. */
const READY_MS_MAX = 60_000;
const LOG_BYTES_SHOWN = 2_000;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface RedisServerOptions {
  /** What is acknowledged is in a file. Default: true. */
  readonly appendonly?: boolean;
  /** Default: everysec, as Redis has it. */
  readonly appendfsync?: 'always' | 'everysec';
  /** More lines of redis.conf: `maxmemory 50mb`, `requirepass secret`, `user app on >pw ~rs:* +@all`. */
  readonly config?: readonly string[];
  /** It keeps no data and watches over others: `config` is that of a Sentinel. */
  readonly sentinel?: boolean;
}

/**
 * A redis-server of one's own: REDSTEP_REDIS_BIN, else the one on the PATH, on a free port of 127.0.0.1, in a temporary
 * directory. It ends with `stop()`, at the latest with this process.
 */
export class RedisServer {
  readonly port: number;
  /** Where its configuration, its log and its data are. */
  readonly directory: string;
  readonly #options: RedisServerOptions;
  #process: ChildProcess | undefined;

  private constructor(port: number, options: RedisServerOptions) {
    this.port = port;
    this.#options = options;
    this.directory = mkdtempSync(join(tmpdir(), 'redstep-redis-'));
    writeFileSync(join(this.directory, 'redis.conf'), this.#configuration());
  }

  /** Resolves when it answers PING. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    for (let attempt = 1; ; attempt++) {
      const server = new RedisServer(await findRedisPort(), options);
      try {
        await server.restart();
        return server;
      } catch (error) {
        const isTaken = server.log().includes('Address already in use');
        await server.stop();
        if (!isTaken || attempt === PORT_ATTEMPTS_MAX) throw error;
      }
    }
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Ends it as SIGTERM does, if it runs, and starts it again on the same port and data; resolves when it answers. */
  async restart(): Promise<void> {
    await this.kill('SIGTERM');
    const program = process.env.REDSTEP_REDIS_BIN ?? 'redis-server';
    const mode = this.#options.sentinel === true ? ['--sentinel'] : [];
    const child = spawn(program, [join(this.directory, 'redis.conf'), ...mode], { stdio: 'ignore' });
    this.#process = child;
    running.add(child);
    child.once('exit', () => running.delete(child));
    const failed = new Promise<never>((_, reject) => {
      child.once('error', reject); // there is no such program
      child.once('exit', (code) => reject(new RedisServerEnded(`${program} ended with ${code}: ${this.log()}`)));
    });
    await Promise.race([failed, waitUntil(`${program} answers`, () => answersPing(this.port), READY_MS_MAX)]);
    failed.catch(() => undefined); // it may end later
  }

  /** Resolves when it has ended. SIGKILL leaves what it had not flushed to the system; SIGTERM ends it in order. */
  async kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill(signal);
    await ended;
  }

  /** Stands still, its sockets open, until `resume`. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Ends it, and removes what it has left. */
  async stop(): Promise<void> {
    await this.kill('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** The end of its log. */
  log(): string {
    try {
      return readFileSync(join(this.directory, 'log'), 'utf8').slice(-LOG_BYTES_SHOWN);
    } catch {
      return ''; // it has not got that far
    }
  }

  #configuration(): string {
    const { appendonly = true, appendfsync = 'everysec', config = [], sentinel = false } = this.#options;
    const data = [
      `appendonly ${appendonly ? 'yes' : 'no'}`,
      `appendfsync ${appendfsync}`,
      'save ""',
      'repl-diskless-sync-delay 0', // a replica is there at once
    ];
    const lines = [
      'bind 127.0.0.1',
      `port ${this.port}`,
      'daemonize no',
      `dir ${this.directory}`,
      `logfile ${join(this.directory, 'log')}`,
      ...(sentinel ? [] : data),
      ...config,
    ];
    return `${lines.join('\n')}\n`;
  }
}

class RedisServerEnded extends Error {
  override readonly name = 'RedisServerEnded';
}

/** Whether it takes commands: it wants a password first, or it answers. While it loads its data it does neither. */
function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answers: boolean): void => {
      socket.destroy();
      resolve(answers);
    };
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (bytes) => end(/^(\+PONG|-NOAUTH)/.test(bytes.toString())));
    socket.once('error', () => end(false));
  });
}
