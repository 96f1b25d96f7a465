import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT: string = fileURLToPath(new URL('../../', import.meta.url));
export const MAIN: string = join(ROOT, 'dist/cli/main.js');

/** Brings the built command line up to date: what tests run is what ships. */
export function buildCli(): void {
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b', 'cli'], { cwd: ROOT });
}

/** How long a process may take to say what a test waits for: machines are slow when all tests run. */
const SAYS_MS_MAX = 60_000;

/** An empty directory to run in. */
export function emptyDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'redstep-cli-'));
}

/** Writes a definition to `NAME.asl.json`. @returns its path. */
export function writeDefinition(directory: string, name: string, definition: object): string {
  const path = join(directory, `${name}.asl.json`);
  writeFileSync(path, JSON.stringify(definition));
  return path;
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `redstep ARGS` to its end. */
export function redstep(args: readonly string[], cwd: string = ROOT): Promise<Finished> {
  return new CliProcess(args, cwd).finished;
}

/** A `redstep` that runs: tests wait for what it says. */
export class CliProcess {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  #stdout = '';
  #stderr = '';
  readonly #waiting: Set<() => void> = new Set();

  constructor(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [MAIN, ...args], {
      cwd,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (chunk) => this.#heard(() => (this.#stdout += chunk)));
    this.child.stderr?.on('data', (chunk) => this.#heard(() => (this.#stderr += chunk)));
    this.finished = new Promise((resolve) => {
      this.child.once('close', (code) => {
        this.#heard(() => undefined);
        resolve({ code, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  get output(): string {
    return this.#stdout + this.#stderr;
  }

  /** Resolves with the match once both streams together have it. Rejects when the process ends, or too much time goes by, without. */
  says(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const settle = (match: RegExpExecArray | null, why: string): void => {
        clearTimeout(timeout);
        this.#waiting.delete(look);
        if (match === null) reject(new Error(`${why} without saying ${pattern}:\n${this.output}`));
        else resolve(match);
      };
      const look = (): void => {
        const match = pattern.exec(this.output);
        const gone = this.child.exitCode !== null || this.child.signalCode !== null;
        if (match !== null || gone) settle(match, 'it ended');
      };
      const timeout = setTimeout(() => settle(null, `${SAYS_MS_MAX} ms went by`), SAYS_MS_MAX);
      this.#waiting.add(look);
      look();
    });
  }

  /** Ends it, and waits until it is gone. */
  async kill(signal: NodeJS.Signals): Promise<Finished> {
    this.child.kill(signal);
    return this.finished;
  }

  #heard(take: () => void): void {
    take();
    for (const look of [...this.#waiting]) look();
  }
}

/** A server on a free port, and the address it says. */
export async function startServer(
  command: 'start' | 'dev',
  args: readonly string[],
  cwd: string,
): Promise<{ server: CliProcess; endpoint: string }> {
  const server = new CliProcess([command, '--port', '0', ...args], cwd);
  const [, endpoint = ''] = await server.says(/listens on (\S+)\n/);
  return { server, endpoint };
}
