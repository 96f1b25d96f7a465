import type { ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { DriverFailed, startDriver } from './driver.ts';
import { installPeer } from './peer-package.ts';
import { endProcess, firstLine, freePorts, startProcess, untilReady } from './server-process.ts';
import type { Target } from './target.ts';

const PARTITIONS = 4;
const ANSWER_MS_MAX = 10_000;
const PACKAGE = {
  name: 'restate',
  program: 'endpoint.mjs',
  dependency: '@restatedev/restate-server',
  license: 'Business Source License',
};

/** Restate's server from npm, its defaults but for the partitions, on loopback, with handlers in a Node process. */
export const restate: Target = {
  name: 'restate',
  boundary: 'start and result: driver–server (HTTP); each step: server–handlers (HTTP/2)',
  open: async (workflow, { directory, profileDir }) => {
    const installed = installPeer(PACKAGE);
    const endpoint = startProcess(process.execPath, [join(installed, PACKAGE.program)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [ports, line] = await Promise.all([freePorts(3), firstLine(endpoint)]);
    const [ingress = 0, admin = 0, node = 0] = ports;
    const server = startServer(installed, directory, { ingress, admin, node });
    const stop = async (): Promise<void> => {
      await Promise.all([endProcess(server), endProcess(endpoint)]);
    };
    try {
      await register(admin, Number(line));
      const url = `http://127.0.0.1:${ingress}/bench/${workflow.name}`;
      await untilReady("Restate's handlers", () => post(url, workflow.input));
      const setup = { url, input: workflow.input, processes: { server: server.pid, handlers: endpoint.pid } };
      const driver = await startDriver(new URL('restate-driver.js', import.meta.url), { setup, profileDir });
      return { measure: driver.measure, close: () => driver.close().finally(stop) };
    } catch (error) {
      await stop();
      throw error;
    }
  },
};

function startServer(
  installed: string,
  directory: string,
  ports: { ingress: number; admin: number; node: number },
): ChildProcess {
  const platform = `@restatedev/restate-server-${process.platform}-${process.arch}`;
  const binary = join(installed, 'node_modules', platform, 'bin/restate-server');
  const log = openSync(join(directory, 'restate.log'), 'a');
  return startProcess(binary, ['--no-logo', '--base-dir', join(directory, 'restate')], {
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
  await untilReady("Restate's server", () => post(`http://127.0.0.1:${admin}/deployments`, deployment));
}

async function post(url: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(ANSWER_MS_MAX);
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
  const text = await response.text();
  if (!response.ok) throw new DriverFailed(`${url} answers ${response.status}: ${text}`);
}
