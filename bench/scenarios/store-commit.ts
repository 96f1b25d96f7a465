import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import type { ExecutionCommit, ExecutionEntry, Lease, Store } from '../../runtime/ports/store.ts';
import { openLmdbStore } from '../../runtime/stores/lmdb/lmdb-store.ts';
import { MemoryStore } from '../../runtime/stores/memory/memory-store.ts';
import { openRedis } from '../../runtime/stores/redis/open-redis.ts';

/**
 * What a commit costs: workflows of three commits each (start, one in between, end; 500 B of log a commit), committed in
 * groups that hold as many of each. CPU is counted on the main thread, where the engine runs, and in the whole process,
 * LMDB's thread and the system's work included. `none` is what making the commits costs. Linux only (schedstat).
 *
 * `redis` writes to the Redis at `--url`, `--partitions` of them at once, and says what Redis itself spent on each, and
 * the memory it keeps of a finished execution; it empties that Redis.
 *
 *     npx tsx bench/scenarios/store-commit.ts [--store lmdb|relaxed|redis|none] [--group 64] [--executions 40000]
 *       [--names random|ordered] [--url redis://127.0.0.1:6379] [--partitions 4]
 */
const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'lmdb' },
    group: { type: 'string' },
    executions: { type: 'string', default: '40000' },
    names: { type: 'string', default: 'random' },
    url: { type: 'string', default: 'redis://127.0.0.1:6379' },
    partitions: { type: 'string', default: '4' },
  },
});
const LOG_BYTES = 500;
const STEPS = 3;
const START_MS = 1_700_000_000_000;

let serial = 0;

interface Running {
  readonly entry: ExecutionEntry;
  readonly log: Uint8Array;
  readonly step: number;
}

async function measure(group: number, executions: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'redstep-bench-'));
  const redis = values.store === 'redis' ? new Redis(values.url) : undefined;
  await redis?.flushall();
  const store = await openStore(directory);
  const partitions = Array.from({ length: store.partitionCount }, (_, partition) => partition);
  let leases = await Promise.all(partitions.map((partition) => takeLease(store, partition)));
  const runAll = async (each: number): Promise<void> => {
    leases = await Promise.all(leases.map((lease) => run(store, lease, { group, executions: each })));
  };
  await runAll(Math.ceil(Math.min(executions, 30 * group) / partitions.length));
  const before = await usage(redis);

  await runAll(Math.ceil(executions / partitions.length));

  const after = await usage(redis);
  await store.close();
  redis?.disconnect();
  const commits = executions * STEPS;
  const perCommit = (micros: number): string => (micros / commits).toFixed(2).padStart(6);
  const inRedis =
    `Redis ${perCommit(after.redisMicros - before.redisMicros)} µs each, ` +
    `${Math.round((after.redisBytes - before.redisBytes) / executions)} B of memory a finished execution`;
  const file = (): string => `file ${(statSync(join(directory, 'data.mdb')).size / 2 ** 20).toFixed(0)} MiB`;
  console.log(
    `${values.store} ${values.names} names, ${String(group).padStart(4)} in a group: ` +
      `${Math.round(commits / ((after.wallMicros - before.wallMicros) / 1e6))} executions committed a second, ` +
      `main thread ${perCommit(after.mainMicros - before.mainMicros)} µs each, ` +
      `process ${perCommit(after.processMicros - before.processMicros)} µs each` +
      `${redis !== undefined ? `, ${inRedis}` : values.store === 'none' ? '' : `, ${file()}`}`,
  );
  rmSync(directory, { recursive: true });
}

async function openStore(directory: string): Promise<Store> {
  if (values.store === 'none') return new StoreOfNothing();
  if (values.store !== 'redis')
    return openLmdbStore({ directory, durability: values.store === 'relaxed' ? 'relaxed' : 'fsync' });
  const partitions = Number(values.partitions);
  return (await openRedis({ url: values.url, partitions, warn: console.error })).store;
}

async function takeLease(store: Store, partition: number): Promise<Lease> {
  const lease = await store.acquireLease({ partition, holder: 'bench', nodeId: 'bench', termMs: 600_000 });
  if (lease === undefined) throw new TypeError('a store of its own has no other owner');
  return lease;
}

class StoreOfNothing extends MemoryStore {
  override async commitTurns(): Promise<void> {}
}

/** Commits `executions` workflows from start to end; `group` executions a commit, a third of them at each step. */
async function run(store: Store, lease: Lease, size: { group: number; executions: number }): Promise<Lease> {
  const startsPerCommit = Math.ceil(size.group / STEPS);
  const { partition, holder, epoch } = lease;
  let { commitNumber } = lease;
  let running: Running[] = [];
  let started = 0;
  while (running.length > 0 || started < size.executions) {
    const changes = running.map(advance);
    for (let i = 0; i < startsPerCommit && started < size.executions; i++, started++) changes.push(start());
    commitNumber++;
    const executions = changes.map(({ commit }) => commit);
    await store.commitTurns({ partition, holder, epoch, number: commitNumber, executions, records: [] });
    running = changes.map(({ running: next }) => next).filter(({ step }) => step < STEPS);
  }
  return { ...lease, commitNumber };
}

function start(): { commit: ExecutionCommit; running: Running } {
  serial++;
  const name = values.names === 'ordered' ? serial.toString(16).padStart(36, '0') : randomUUID();
  const entry: ExecutionEntry = {
    executionKey: `us-east-1:123456789012:execution:bench-machine:${name}`,
    machineKey: 'us-east-1:123456789012:bench-machine',
    status: 'RUNNING',
    startMs: START_MS + (serial >> 4),
    stopMs: undefined,
  };
  const log = logBytes();
  return {
    commit: {
      key: entry.executionKey,
      log: { chunk: 0, offset: 0, appended: log },
      wakeBefore: undefined,
      wakeAfter: 0,
      entryBefore: undefined,
      entryAfter: entry,
    },
    running: { entry, log, step: 1 },
  };
}

function advance({ entry, log, step }: Running): { commit: ExecutionCommit; running: Running } {
  const isLast = step === STEPS - 1;
  const appended = logBytes();
  const entryAfter: ExecutionEntry = isLast ? { ...entry, status: 'SUCCEEDED', stopMs: entry.startMs + 5 } : entry;
  return {
    commit: {
      key: entry.executionKey,
      log: { chunk: 0, offset: log.length, appended },
      wakeBefore: 0,
      wakeAfter: isLast ? undefined : 0,
      entryBefore: entry,
      entryAfter,
    },
    running: { entry: entryAfter, log: isLast ? log : Buffer.concat([log, appended]), step: step + 1 },
  };
}

function logBytes(): Uint8Array {
  return Buffer.allocUnsafe(LOG_BYTES).fill(serial);
}

interface Usage {
  readonly wallMicros: number;
  readonly mainMicros: number;
  readonly processMicros: number;
  readonly redisMicros: number;
  readonly redisBytes: number;
}

async function usage(redis: Redis | undefined): Promise<Usage> {
  const info = (await redis?.info()) ?? '';
  const field = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1] ?? 0);
  const { user, system } = process.cpuUsage();
  const [mainNanos] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ');
  return {
    wallMicros: performance.now() * 1e3,
    mainMicros: Number(mainNanos) / 1e3,
    processMicros: user + system,
    redisMicros: (field('used_cpu_user') + field('used_cpu_sys')) * 1e6,
    redisBytes: field('used_memory'),
  };
}

for (const group of values.group === undefined ? [64, 512] : [Number(values.group)]) {
  await measure(group, Number(values.executions));
}
