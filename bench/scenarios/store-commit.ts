import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ExecutionCommit, ExecutionEntry, Lease, Store } from '../../runtime/ports/store.ts';
import { openLmdbStore } from '../../runtime/stores/lmdb/lmdb-store.ts';
import { MemoryStore } from '../../runtime/stores/memory/memory-store.ts';

/**
 * What a commit costs: workflows of three commits each (start, one in between, end; 500 B of log a commit), committed in
 * groups that hold as many of each. CPU is counted on the main thread, where the engine runs, and in the whole process,
 * LMDB's thread and the system's work included. `none` is what making the commits costs. Linux only (schedstat).
 *
 *     npx tsx bench/scenarios/store-commit.ts [--store lmdb|relaxed|none] [--group 64] [--executions 40000] [--names random|ordered]
 */
const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'lmdb' },
    group: { type: 'string' },
    executions: { type: 'string', default: '40000' },
    names: { type: 'string', default: 'random' },
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
  const store = openStore(directory);
  const lease = await store.acquireLease({ partition: 0, holder: 'bench', nodeId: 'bench', termMs: 0 });
  if (lease === undefined) throw new TypeError('a store of its own has no other owner');
  const warmUp = Math.min(executions, 30 * group);
  const last = await run(store, lease, { group, executions: warmUp });
  const before = usage();

  await run(store, last, { group, executions });

  const after = usage();
  await store.close();
  const commits = executions * STEPS;
  const perCommit = (micros: number): string => (micros / commits).toFixed(2).padStart(6);
  const file = values.store === 'none' ? 0 : statSync(join(directory, 'data.mdb')).size / 2 ** 20;
  console.log(
    `${values.store} ${values.names} names, ${String(group).padStart(4)} in a group: ` +
      `${Math.round(commits / ((after.wallMicros - before.wallMicros) / 1e6))} executions committed a second, ` +
      `main thread ${perCommit(after.mainMicros - before.mainMicros)} µs each, ` +
      `process ${perCommit(after.processMicros - before.processMicros)} µs each, file ${file.toFixed(0)} MiB`,
  );
  rmSync(directory, { recursive: true });
}

function openStore(directory: string): Store {
  if (values.store === 'none') return new StoreOfNothing();
  return openLmdbStore({ directory, durability: values.store === 'relaxed' ? 'relaxed' : 'fsync' });
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
    executionKey: `us-east-1:123456789012:bench-machine:${name}`,
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

function usage(): { wallMicros: number; mainMicros: number; processMicros: number } {
  const { user, system } = process.cpuUsage();
  const [mainNanos] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ');
  return { wallMicros: performance.now() * 1e3, mainMicros: Number(mainNanos) / 1e3, processMicros: user + system };
}

for (const group of values.group === undefined ? [64, 512] : [Number(values.group)]) {
  await measure(group, Number(values.executions));
}
