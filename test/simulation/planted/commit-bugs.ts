import type { Lease } from '../../../runtime/ports/store.ts';
import { MemoryStore } from '../../../runtime/stores/memory/memory-store.ts';
import { replaceMethod } from '../replace-method.ts';
import { SimulatedStore } from '../simulated-store.ts';
import { all, type PlantedBug } from './planted-bug.ts';

/** How far ahead wake-ups are read. */
const WINDOW_MS = 60_000;

export const COMMIT_BUGS: readonly PlantedBug[] = [
  {
    bug: 'a commit is acknowledged before it is durable',
    plant: () =>
      replaceMethod(SimulatedStore.prototype, 'commitTurns', (commitTurns) => {
        let before: Promise<void> = Promise.resolve();
        return async function (this: SimulatedStore, commit) {
          before = before.then(() => commitTurns.call(this, commit)).catch(() => undefined);
        };
      }),
  },
  {
    bug: 'every 20th commit is acknowledged and not written',
    plant: () =>
      replaceMethod(MemoryStore.prototype, 'commitTurns', (commitTurns) => {
        let commits = 0;
        return function (this: MemoryStore, commit) {
          return commitTurns.call(this, ++commits % 20 === 0 ? { ...commit, executions: [], records: [] } : commit);
        };
      }),
  },
  {
    bug: 'a commit of an owner of before is written',
    plant: () => {
      const leases = new Map<number, Lease>();
      return all(
        replaceMethod(
          MemoryStore.prototype,
          'acquireLease',
          (acquire) =>
            async function (this: MemoryStore, request) {
              const lease = await acquire.call(this, request);
              if (lease !== undefined) leases.set(lease.partition, lease);
              return lease;
            },
        ),
        replaceMethod(
          MemoryStore.prototype,
          'commitTurns',
          (commitTurns) =>
            async function (this: MemoryStore, commit) {
              const lease = leases.get(commit.partition);
              if (lease === undefined) return commitTurns.call(this, commit);
              const isOld = commit.holder !== lease.holder;
              const number = isOld ? lease.commitNumber + 1 : commit.number;
              await commitTurns.call(this, { ...commit, epoch: lease.epoch, holder: lease.holder, number });
              leases.set(commit.partition, { ...lease, commitNumber: number });
            },
        ),
      );
    },
  },
  {
    bug: 'timers that came due while nobody owned the partition do not ring',
    plant: () =>
      replaceMethod(
        MemoryStore.prototype,
        'readWakeUps',
        (readWakeUps) =>
          async function (this: MemoryStore, query) {
            const wakeUps = await readWakeUps.call(this, query);
            return wakeUps.filter(({ atMs }) => atMs === 0 || atMs > query.untilMs - WINDOW_MS);
          },
      ),
  },
  {
    bug: 'the next owner does not find what was under way',
    plant: () =>
      replaceMethod(
        MemoryStore.prototype,
        'readWakeUps',
        (readWakeUps) =>
          async function (this: MemoryStore, query) {
            return query.untilMs === 0 ? [] : readWakeUps.call(this, query);
          },
      ),
  },
  {
    bug: 'every tenth log is read without its last chunk',
    plant: () =>
      replaceMethod(MemoryStore.prototype, 'readLog', (readLog) => {
        let reads = 0;
        return async function (this: MemoryStore, key) {
          const chunks = await readLog.call(this, key);
          return ++reads % 10 === 0 && chunks !== undefined && chunks.length > 1 ? chunks.slice(0, -1) : chunks;
        };
      }),
  },
  { bug: 'the record of a hand-over is not written', plant: () => leaveOut('hand-over') },
  { bug: 'accepted Express starts are not kept', plant: () => leaveOut('express/') },
  { bug: 'a stop in order is not noted, and counts as a death', plant: () => leaveOut('stopped') },
  { bug: 'the next owner does not deliver kept releases', plant: () => overlook('release/') },
  { bug: 'the next owner does not run accepted Express starts', plant: () => overlook('express/') },
];

function leaveOut(prefix: string): () => void {
  return replaceMethod(
    MemoryStore.prototype,
    'commitTurns',
    (commitTurns) =>
      function (this: MemoryStore, commit) {
        const records = commit.records.filter(({ key, value }) => value === undefined || !key.startsWith(prefix));
        return commitTurns.call(this, { ...commit, records });
      },
  );
}

function overlook(prefix: string): () => void {
  return replaceMethod(
    MemoryStore.prototype,
    'readRecords',
    (readRecords) =>
      async function (this: MemoryStore, query) {
        return query.prefix === prefix ? [] : readRecords.call(this, query);
      },
  );
}
