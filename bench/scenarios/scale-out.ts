import { type ChildProcess, execFileSync } from 'node:child_process';
import { openSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Json } from '../../core/json.ts';
import { treeCpuMicros } from '../proc.ts';
import type { Figures } from '../result.ts';
import { inRunDirectory } from '../run-directory.ts';
import { median } from '../stats.ts';
import { DriverFailed } from '../targets/driver.ts';
import { startRedis } from '../targets/redis-server.ts';
import { endProcess, firstLine, startProcess, untilReady } from '../targets/server-process.ts';
import { seq2 } from './seq2.ts';

const NODES = [1, 2, 4];
/** Of each node, as all that follows: so that nodes differ in number and nothing else. */
const STARTS_IN_FLIGHT = 64;
const WARM_UP_EXECUTIONS = 5_000;
const ROLE = 'arn:aws:iam::123456789012:role/bench';
const REGION = 'us-east-1';
const CPU_OF_NODES = '0';
const CPU_OF_REDIS = '1';
const FUNCTIONS = fileURLToPath(new URL('../../../bench/functions', import.meta.url));
const CLI = fileURLToPath(new URL('../../cli/main.js', import.meta.url));

const agent = new Agent({ keepAlive: true, noDelay: true });

export interface ScaleOutOptions {
  /** Of each node. */
  readonly executions: number;
  readonly rounds: number;
  readonly directory: string;
}

/**
 * CPU of one, two and four nodes (`redstep start`) per `seq2` started by HTTP at all of them in turn: the nodes share one
 * core, Redis and this process the other, so that only the work differs and not who gets in whose way.
 */
export async function measureScaleOut(options: ScaleOutOptions): Promise<Figures> {
  const figures: { [name: string]: number } = {};
  for (const nodes of NODES) {
    const rounds: Round[] = [];
    for (let round = 1; round <= options.rounds; round++)
      rounds.push(
        await inRunDirectory(options.directory, (directory) => measureNodes(nodes, { ...options, directory })),
      );
    const middle = (read: (round: Round) => number): number => median(rounds.map(read));
    const name = nodes === 1 ? '1 node' : `${nodes} nodes`;
    figures[`${name}: CPU µs each, nodes`] = middle(({ nodesMicros }) => nodesMicros);
    figures[`${name}: CPU µs each, Redis`] = middle(({ redisMicros }) => redisMicros);
    figures[`${name}: executions/s`] = middle(({ perSecond }) => perSecond);
  }
  return figures;
}

interface Round {
  readonly nodesMicros: number;
  readonly redisMicros: number;
  readonly perSecond: number;
}

async function measureNodes(count: number, { executions: each, directory }: ScaleOutOptions): Promise<Round> {
  const redis = await startRedis(directory, 'everysec');
  const executions = count * each;
  const nodes: Node[] = [];
  try {
    pin(redis.pid, CPU_OF_REDIS);
    for (let i = 0; i < count; i++) nodes.push(await startNode(redis.url, directory));
    const urls = nodes.map(({ url }) => url);
    const machine = await untilReady('a node', () => createMachine(urls[0] ?? ''));
    for (const url of urls) await untilReady('a node', () => startExecution(url, machine));
    await runAll(urls, machine, count * WARM_UP_EXECUTIONS);
    const nodesCpu = (): number => nodes.reduce((all, { child }) => all + treeCpuMicros(child.pid ?? 0), 0);
    const [nodesBefore, redisBefore, startedAt] = [nodesCpu(), treeCpuMicros(redis.pid), performance.now()];

    await runAll(urls, machine, executions);

    const seconds = (performance.now() - startedAt) / 1e3;
    return {
      nodesMicros: (nodesCpu() - nodesBefore) / executions,
      redisMicros: (treeCpuMicros(redis.pid) - redisBefore) / executions,
      perSecond: executions / seconds,
    };
  } finally {
    await Promise.all(nodes.map(({ child }) => endProcess(child)));
    await redis.stop();
  }
}

interface Node {
  readonly child: ChildProcess;
  readonly url: string;
}

async function startNode(redisUrl: string, directory: string): Promise<Node> {
  const args = [CLI, 'start', '--redis', redisUrl, '--functions', FUNCTIONS, '--port', '0'];
  const log = openSync(join(directory, 'nodes.log'), 'a');
  const child = startProcess(process.execPath, args, { stdio: ['ignore', 'pipe', log] });
  pin(child.pid ?? 0, CPU_OF_NODES);
  const line = await firstLine(child);
  const url = line.match(/http:\S+/)?.[0];
  if (url === undefined) throw new DriverFailed(`a node says: ${line}`);
  return { child, url };
}

function pin(pid: number, cpu: string): void {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cpu, String(pid)], { stdio: 'ignore' });
}

/** Resolves when `executions` have been started, at each node in turn, and all have ended. */
async function runAll(urls: readonly string[], machine: string, executions: number): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < executions) await startExecution(urls[next++ % urls.length] ?? '', machine);
  };
  await Promise.all(Array.from({ length: urls.length * STARTS_IN_FLIGHT }, lane));
  while (await anyRunning(urls[0] ?? '', machine)) await sleep(20);
}

async function createMachine(url: string): Promise<string> {
  const definition = JSON.stringify(seq2.definition);
  const created = await ask(url, 'CreateStateMachine', { name: seq2.name, definition, roleArn: ROLE });
  return Object(created).stateMachineArn;
}

async function startExecution(url: string, stateMachineArn: string): Promise<void> {
  await ask(url, 'StartExecution', { stateMachineArn, input: JSON.stringify(seq2.input) });
}

async function anyRunning(url: string, stateMachineArn: string): Promise<boolean> {
  const listed = await ask(url, 'ListExecutions', { stateMachineArn, statusFilter: 'RUNNING', maxResults: 1 });
  return Object(listed).executions.length > 0;
}

/** AWS JSON 1.0. @throws {DriverFailed} an answer that is not 200. */
function ask(url: string, action: string, input: Json): Promise<Json> {
  const body = JSON.stringify(input);
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `AWSStepFunctions.${action}`,
    authorization: `AWS4-HMAC-SHA256 Credential=bench/20260101/${REGION}/states/aws4_request`,
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method: 'POST', agent, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part) => parts.push(part));
      response.once('end', () => {
        const text = Buffer.concat(parts).toString();
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else reject(new DriverFailed(`${action}: ${response.statusCode} ${text}`));
      });
    });
    request.once('error', reject);
    request.end(body);
  });
}
