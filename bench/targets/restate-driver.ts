import { Agent, request as httpRequest } from 'node:http';
import type { Json } from '../../core/json.ts';
import { closedLoop, type Usage } from '../closed-loop.ts';
import { treeCpuMicros, treeMemoryMib } from '../proc.ts';
import { DriverFailed, driverSetup, serveLoads } from './driver.ts';

interface Setup {
  /** The handler, on the server's ingress. */
  readonly url: string;
  readonly input: Json;
  readonly processes: { readonly server: number; readonly handlers: number };
}

const { url, input, processes } = driverSetup<Setup>();
const agent = new Agent({ keepAlive: true, noDelay: true });
const body = Buffer.from(JSON.stringify(input));
const options = {
  method: 'POST',
  agent,
  headers: { 'content-type': 'application/json', 'content-length': body.length },
};

/** The server answers when the invocation has ended, durably. */
function runOne(): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, options, (response) => {
      const { statusCode } = response;
      response.resume();
      response.once('end', () => (statusCode === 200 ? resolve() : reject(new DriverFailed(`${url}: ${statusCode}`))));
    });
    request.once('error', reject);
    request.end(body);
  });
}

function readUsage(): Usage {
  const { user, system } = process.cpuUsage();
  return {
    cpuMicros: {
      server: treeCpuMicros(processes.server),
      handlers: treeCpuMicros(processes.handlers),
      driver: user + system,
    },
    rssMib: treeMemoryMib(processes.server),
    counters: {},
  };
}

serveLoads(
  (load) => closedLoop(runOne, readUsage, load),
  async () => agent.destroy(),
);
