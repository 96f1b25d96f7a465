import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DriverFailed, startDriver } from './driver.ts';
import type { Target } from './target.ts';

const PARTITIONS = 4;
const READY_SECONDS_MAX = 60;
const ANSWER_MS_MAX = 10_000;

// This file runs from dist/bench/targets; what is not compiled is where it was written.
const BENCH = fileURLToPath(new URL('../../../bench', import.meta.url));
const SOURCE = join(BENCH, 'peers/restate');
const INSTALLED = join(BENCH, '.cache/restate');

/** Restate's server from npm, its defaults but for the partitions, on loopback, with handlers in a Node process. */
export const restate: Target = {
  name: 'restate',
  boundary: 'start and result: driver–server (HTTP); each step: server–handlers (HTTP/2)',
  open: async (workflow, { directory }) => {
    install();
    const endpoint = spawn(process.execPath, [join(INSTALLED, 'endpoint.mjs')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [ports, [line]] = await Promise.all([freePorts(3), once(endpoint.stdout, 'data')]);
    const [ingress = 0, admin = 0, node = 0] = ports;
    const server = startServer(directory, { ingress, admin, node });
    const stop = async (): Promise<void> => {
      await Promise.all([end(server), end(endpoint)]);
    };
    try {
      await register(admin, Number(line));
      const url = `http://127.0.0.1:${ingress}/bench/${workflow.name}`;
      await waitFor('the handlers', () => post(url, workflow.input));
      const setup = { url, input: workflow.input, processes: { server: server.pid, handlers: endpoint.pid } };
      const driver = await startDriver(new URL('restate-driver.js', import.meta.url), { setup });
      return { measure: driver.measure, close: () => driver.close().finally(stop) };
    } catch (error) {
      await stop();
      throw error;
    }
  },
};

/** Downloads what package.json names, once, without running its install scripts. */
function install(): void {
  mkdirSync(INSTALLED, { recursive: true });
  for (const file of ['package.json', 'endpoint.mjs']) copyFileSync(join(SOURCE, file), join(INSTALLED, file));
  if (existsSync(join(INSTALLED, 'node_modules/@restatedev/restate-server'))) return;
  console.error(`installing Restate (Business Source License) from npm into ${INSTALLED}`);
  execFileSync('npm', ['install', '--prefix', INSTALLED, '--ignore-scripts', '--no-audit', '--no-fund'], {
    stdio: 'inherit',
  });
}

function startServer(directory: string, ports: { ingress: number; admin: number; node: number }): ChildProcess {
  const platform = `@restatedev/restate-server-${process.platform}-${process.arch}`;
  const binary = join(INSTALLED, 'node_modules', platform, 'bin/restate-server');
  const log = openSync(join(directory, 'restate.log'), 'a');
  return spawn(binary, ['--no-logo', '--base-dir', join(directory, 'restate')], {
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      RESTATE_DEFAULT_NUM_PARTITIONS: String(PARTITIONS),
      RESTATE_LISTEN_MODE: 'tcp',
      RESTATE_BIND_IP: '127.0.0.1',
      RESTATE_BIND_PORT: String(ports.node),
      RESTATE_INGRESS__BIND_PORT: String(ports.ingress),
      RESTATE_ADMIN__BIND_PORT: String(ports.admin),
      RESTATE_DISABLE_TELEMETRY: 'true',
    },
  });
}

async function register(admin: number, endpoint: number): Promise<void> {
  const deployment = { uri: `http://127.0.0.1:${endpoint}` };
  await waitFor('the server', () => post(`http://127.0.0.1:${admin}/deployments`, deployment));
}

async function post(url: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(ANSWER_MS_MAX);
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
  const text = await response.text();
  if (!response.ok) throw new DriverFailed(`${url} answers ${response.status}: ${text}`);
}

async function waitFor(what: string, attempt: () => Promise<void>): Promise<void> {
  const untilMs = Date.now() + READY_SECONDS_MAX * 1e3;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > untilMs) throw new DriverFailed(`Restate: ${what} did not become ready: ${String(error)}`);
      await sleep(100);
    }
  }
}

/** Ports nobody listens on at the moment. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => Object(server.address()).port);
  for (const server of servers) server.close();
  return ports;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
