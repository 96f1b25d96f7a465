import fc from 'fast-check';
import { expect } from 'vitest';
import type { ExecutionStatus, StartPosition, Store } from '../../runtime/ports/store.ts';
import { MemoryStore } from '../../runtime/stores/memory/memory-store.ts';
import type { StorePlace } from './store-contract.ts';
import { type Change, StoreOwner, takeLease } from './store-owner.ts';

const STATUSES: readonly ExecutionStatus[] = [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
  'PENDING_REDRIVE',
];
const KEYS = ['a', 'a\u0000', 'b', 'é', '\uffff', '😀'];
const MACHINES = ['m', 'mm'];
const HASHES = [0, 1, 2].map((byte) => Buffer.alloc(16, byte));

const key = fc.constantFrom(...KEYS);
const ms = fc.oneof(fc.nat(3), fc.integer({ min: 0, max: 253_402_300_799_999 }));

const change = fc.record(
  {
    key,
    appended: fc.string({ maxLength: 20 }),
    chunk: fc.nat(2), // how much above the last one
    wake: fc.oneof(ms, fc.constant<'none'>('none')),
    status: fc.constantFrom(...STATUSES),
    startMs: ms,
    stopMs: ms,
    machineKey: fc.constantFrom(...MACHINES),
  },
  { requiredKeys: ['key', 'appended', 'chunk'] },
);
const action = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('commit' as const),
      changes: fc.uniqueArray(change, { selector: (each) => each.key, maxLength: 4 }),
      records: fc.uniqueArray(fc.tuple(key, fc.option(fc.string({ maxLength: 5 }), { nil: undefined })), {
        selector: ([name]) => name,
        maxLength: 3,
      }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('remove' as const),
      keys: fc.uniqueArray(key, { maxLength: 3 }),
      names: fc.uniqueArray(fc.tuple(fc.constantFrom(...HASHES), fc.option(fc.nat(9), { nil: undefined })), {
        selector: ([hash]) => hash,
        maxLength: 2,
      }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('reopen' as const) }) },
);

/** After any commits, closings and openings, the store of a new place answers as the memory store does. */
export async function checkAgainstModel(createPlace: () => StorePlace, runs: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 20 }), ms, fc.nat(4), async (actions, untilMs, limit) => {
      const place = createPlace();
      const model = new MemoryStore();
      const owner = await StoreOwner.take(model);
      let store = await place.open();
      let lease = await takeLease(store, 'owner');
      try {
        const chunks = new Map<string, number>();
        for (const each of actions) {
          if (each.type === 'reopen') {
            await store.close();
            store = await place.open();
            lease = await takeLease(store, 'owner');
          } else if (each.type === 'remove') {
            const keys = each.keys.filter((name) => owner.mayGo(name));
            for (const name of keys) chunks.delete(name);
            const names = each.names.map(([hash, untilHour]) => ({ hash, untilHour }));
            const commit = await owner.remove(keys, names);
            await store.commitTurns({ ...commit, epoch: lease.epoch, holder: lease.holder });
          } else {
            const changes = each.changes.map((next): Change => {
              const last = chunks.get(next.key);
              const chunk = last === undefined ? 0 : last + next.chunk;
              chunks.set(next.key, chunk);
              return { ...next, chunk };
            });
            const commit = await owner.commit(changes, each.records);
            await store.commitTurns({ ...commit, epoch: lease.epoch, holder: lease.holder });
          }
          expect(await answers(store, untilMs, limit)).toEqual(await answers(model, untilMs, limit));
        }
      } finally {
        await store.close();
        await place.remove();
      }
    }),
    { numRuns: runs }, // a failure prints its seed and path
  );
}

/** All that can be asked: whole, and in pages of `limit` behind each key. */
async function answers(store: Store, untilMs: number, limit: number): Promise<unknown> {
  const found: unknown[] = [];
  for (const executionKey of KEYS) {
    found.push(plain(await store.readLog(executionKey)), await store.readLogEnds(executionKey).then(ends));
    found.push(await store.readRecord(0, executionKey).then((value) => value && Buffer.from(value).toString('hex')));
    found.push(records(await store.readRecords({ partition: 0, prefix: '', limit: 9, after: executionKey })));
    found.push(records(await store.readRecords({ partition: 0, prefix: executionKey, limit, after: undefined })));
    for (const atMs of [0, untilMs]) {
      found.push(await store.readWakeUps({ partition: 0, untilMs, limit: limit + 1, after: { atMs, executionKey } }));
    }
  }
  for (const machineKey of MACHINES) {
    for (const status of [undefined, ...STATUSES]) {
      const all = await store.listExecutions({ machineKey, status, limit: 99, after: undefined });
      found.push(all);
      for (const after of all) found.push(await store.listExecutions({ machineKey, status, limit: limit + 1, after }));
    }
  }
  for (const machineKey of MACHINES) {
    const query = { partition: 0, machineKey, stoppedUntilMs: untilMs, limit: limit + 1 };
    for (let after: StartPosition | undefined; ; ) {
      const page = await store.readEnded({ ...query, after });
      found.push(page.executions);
      if (page.next === undefined) break;
      after = page.next;
    }
  }
  for (const hash of HASHES) found.push(await store.readName(0, hash));
  found.push(await store.readWakeUps({ partition: 0, untilMs: Number.MAX_SAFE_INTEGER, limit: 99, after: undefined }));
  return found;
}

function plain(chunks: readonly Uint8Array[] | undefined): readonly string[] | undefined {
  return chunks?.map((chunk) => Buffer.from(chunk).toString('hex'));
}

function ends(value: Awaited<ReturnType<Store['readLogEnds']>>): readonly string[] | undefined {
  return value && plain([value.first, value.last]);
}

function records(found: Awaited<ReturnType<Store['readRecords']>>): readonly string[] {
  return found.map(({ key: name, value }) => `${name}=${Buffer.from(value).toString('hex')}`);
}
