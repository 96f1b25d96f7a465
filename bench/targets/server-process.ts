import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { DriverFailed } from './driver.ts';

/** Servers that a target has for itself. They end with `endProcess`, at the latest with this process. */

const READY_SECONDS_MAX = 60;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGTERM');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

export function startProcess(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(program, args, options);
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

export async function endProcess(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

/** What it says first, on a `stdout` that is a pipe. @throws {DriverFailed} it ends without a word. */
export async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new DriverFailed(`${child.spawnfile}: its output is no pipe`);
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new DriverFailed(`${child.spawnargs.join(' ')} ended: ${code ?? signal}`);
  });
  ended.catch(() => undefined); // it may end later
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  return String(line);
}

/** Tries until it succeeds. @throws {DriverFailed} with the last reason, when it takes too long. */
export async function untilReady<Answer>(what: string, attempt: () => Promise<Answer>): Promise<Answer> {
  const untilMs = Date.now() + READY_SECONDS_MAX * 1e3;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > untilMs) throw new DriverFailed(`${what} did not become ready: ${String(error)}`);
      await sleep(100);
    }
  }
}

/** Ports nobody listens on at the moment. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => Object(server.address()).port);
  for (const server of servers) server.close();
  return ports;
}
