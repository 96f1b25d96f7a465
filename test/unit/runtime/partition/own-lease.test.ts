import { expect, test } from 'vitest';
import { OwnLease } from '../../../../runtime/partition/own-lease.ts';
import { MemoryDisk } from '../../../../runtime/stores/memory/memory-disk.ts';
import { MemoryStore } from '../../../../runtime/stores/memory/memory-store.ts';
import { systemClock } from '../../../../runtime/system-clock.ts';

const TERM_MS = 1_000;

/** A lease whose renewals take as long as the test says, by a clock that the test turns. */
async function setup(renewalsMs: number[]) {
  let elapsed = 0;
  const store = new MemoryStore(new MemoryDisk(), () => elapsed);
  const renew = store.renewLease.bind(store);
  store.renewLease = async (lease, termMs) => {
    const held = await renew(lease, termMs);
    elapsed += renewalsMs.shift() ?? 0;
    return held;
  };
  const clock = { ...systemClock, elapsed: () => elapsed };
  const request = { partition: 0, holder: 'a', nodeId: 'n', termMs: TERM_MS };
  const own = await OwnLease.acquire(store, clock, request);
  const turn = (ms: number): void => {
    elapsed += ms;
  };
  return { own, store, turn, request };
}

test('a renewal that is answered after its own term confirms nothing: the store is asked again', async () => {
  const renewalsMs = [2 * TERM_MS, 1];
  const { own, turn } = await setup(renewalsMs);
  turn(TERM_MS);

  expect(await own?.confirm()).toBe(true);

  expect(renewalsMs).toEqual([]);
  expect(own?.trusted).toBe(true);
});

test('a lease that another one has got is not confirmed', async () => {
  const { own, store, turn, request } = await setup([]);
  turn(TERM_MS);
  await store.acquireLease({ ...request, holder: 'b' });

  expect(await own?.confirm()).toBe(false);
});
