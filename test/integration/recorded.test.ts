import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RedisCluster } from '../redis/redis-cluster.ts';
import { RedisServer } from '../redis/redis-server.ts';

/**
 * Answers recorded from AWS, kept outside this repository: a folder beside the checkout, or REDSTEP_CONFORMANCE_DIR.
 * In it are the cases, the functions they call, and compare.mjs, which runs them against an endpoint.
 */
const ROOT = join(import.meta.dirname, '..', '..');
const FOLDER = process.env.REDSTEP_CONFORMANCE_DIR ?? join(ROOT, '..', 'shared', 'conformance');
const ABSENT = !existsSync(FOLDER);
const GAPS = join(ROOT, 'docs', 'known-gaps.md');
/** Hundreds of small cases, which must all match: they would hide the rest. */
const SMALL_AREAS: readonly string[] = ['choice_operators', 'intrinsic_functions'];

interface CaseResult {
  readonly id: string;
  readonly area: string;
  readonly result: 'passed' | 'failed' | 'skipped';
}

/** Where the server keeps what it is asked to: arguments of `redstep start`, and how many nodes there are. */
interface Setup {
  readonly nodes: number;
  readonly args: () => readonly string[] | Promise<readonly string[]>;
  /** Cases whose history is one of several: it may differ. */
  readonly races?: readonly string[];
}

/** Four iterations time out at once: on several partitions it is open of which the Map hears before it fails. */
const TIMEOUTS_AT_ONCE = 'timeouts/test_timeouts.py::TestTimeouts::test_service_lambda_map_timeout';

const SETUPS: { readonly [name: string]: Setup } = {
  'in memory': { nodes: 1, args: () => ['--memory'] },
  'in memory, every fan-out spread': { nodes: 1, args: () => ['--memory', '--placement', 'spread'] },
  'by three nodes on Redis': { nodes: 3, args: async () => ['--redis', (await started(RedisServer.start())).url] },
  'by three nodes on Redis, every fan-out spread': {
    nodes: 3,
    args: async () => ['--redis', (await started(RedisServer.start())).url, '--placement', 'spread'],
    races: [TIMEOUTS_AT_ONCE],
  },
  'by two nodes on a Redis Cluster': {
    nodes: 2,
    args: async () => ['--redis', (await started(RedisCluster.start())).url],
  },
};

describe.skipIf(ABSENT).each(Object.entries(SETUPS))('what AWS answered, %s', (_, setup) => {
  let results: readonly CaseResult[] = [];

  beforeAll(async () => {
    results = await compareWithRecorded(setup);
  });

  test('is answered to every choice operator and intrinsic function', () => {
    const small = results.filter(({ area }) => SMALL_AREAS.includes(area));

    expect(small.length).toBeGreaterThan(0);
    expect(small.filter(({ result }) => result !== 'passed')).toEqual([]);
  });

  test('is answered to all else, but for what docs/known-gaps.md lists', () => {
    const others = results.filter(({ area }) => !SMALL_AREAS.includes(area));
    const failed = others.filter(({ result }) => result !== 'passed').map(({ id }) => id);

    expect(others.length).toBeGreaterThan(0);
    const races = setup.races ?? [];
    expect(failed.filter((id) => !races.includes(id)).sort()).toEqual([...listedGaps()].sort());
  });
});

test.runIf(ABSENT)(`nothing is recorded here: there is no folder ${FOLDER}`, () => {
  expect(ABSENT).toBe(true);
});

/** Ids of cases, `file.py::Class::test`, in the page's code spans. */
function listedGaps(): readonly string[] {
  return [...readFileSync(GAPS, 'utf8').matchAll(/`([^`]+\.py::[^`]+)`/g)].map(([, id]) => id ?? '');
}

const cleanUp: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  for (const step of cleanUp.reverse()) await step();
});

async function started<Server extends { stop(): Promise<void> }>(starting: Promise<Server>): Promise<Server> {
  const server = await starting;
  cleanUp.push(() => server.stop());
  return server;
}

async function compareWithRecorded({ nodes, args: argsOf }: Setup): Promise<readonly CaseResult[]> {
  const store = await argsOf();
  const [endpoint = ''] = await Promise.all(Array.from({ length: nodes }, () => startServer(store)));
  const folder = await mkdtemp(join(tmpdir(), 'redstep-recorded-'));
  cleanUp.push(() => rm(folder, { recursive: true, force: true }));
  const answers = join(folder, 'results.json');
  const args = [join(FOLDER, 'compare.mjs'), '--endpoint', endpoint, '--basic', '--json', answers];
  const output = await new Promise<string>((resolve) => {
    // It exits with 1 where a case differs; what it wrote tells the rest.
    execFile(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 }, (_, stdout, stderr) => resolve(stdout + stderr));
  });
  if (!existsSync(answers)) throw new TypeError(`compare.mjs wrote no results:\n${output}`);
  return JSON.parse(readFileSync(answers, 'utf8')).results;
}

/** A server in a process of its own, on a free port. @returns its endpoint. */
async function startServer(store: readonly string[]): Promise<string> {
  const command = ['--import', 'tsx', join(ROOT, 'cli', 'main.ts'), 'start', '--port', '0'];
  const server = spawn(process.execPath, [...command, ...store, '--functions', join(FOLDER, 'functions')], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanUp.push(async () => {
    if (server.exitCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
  });
  for await (const line of createInterface({ input: server.stdout })) {
    const endpoint = /https?:\/\/\S+/.exec(line)?.[0];
    if (endpoint === undefined) continue;
    server.stdout.resume();
    return endpoint;
  }
  throw new TypeError('the server ended before it listened');
}
