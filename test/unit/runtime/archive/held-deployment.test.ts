import { expect, test } from 'vitest';
import { HeldDeployment, type HeldParts } from '../../../../runtime/archive/held-deployment.ts';
import type { Clock } from '../../../../runtime/ports/clock.ts';
import { MemoryDisk } from '../../../../runtime/stores/memory/memory-disk.ts';
import { MemoryMembership } from '../../../../runtime/stores/memory/memory-membership.ts';
import { MemoryStore } from '../../../../runtime/stores/memory/memory-store.ts';
import { systemRandom } from '../../../../runtime/system-random.ts';
import { settled } from '../open-engine.ts';

const NODE = { id: 'n1', address: 'http://a:1', draining: false, startedMs: 0, version: '0', format: 1 };

/** A store of two partitions, and a clock that is turned by hand. */
function setup() {
  let nowMs = 1_000;
  const timers: { readonly atMs: number; readonly run: () => void }[] = [];
  const clock: Clock = {
    now: () => nowMs,
    elapsed: () => nowMs,
    at: (atMs, run) => {
      const timer = { atMs, run };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
    soon: (run) => run(),
  };
  const turn = async (ms: number): Promise<void> => {
    nowMs += ms;
    for (const timer of timers.filter(({ atMs }) => atMs <= nowMs)) {
      timers.splice(timers.indexOf(timer), 1);
      timer.run();
    }
    await settled();
  };
  const store = new MemoryStore(new MemoryDisk(2), () => nowMs);
  const membership = new MemoryMembership(() => nowMs);
  const parts: HeldParts = { store, membership, clock, random: systemRandom };
  const acquire = (partition: number) => store.acquireLease({ partition, holder: 'h', nodeId: 'n1', termMs: 5_000 });
  return { parts, store, membership, turn, timers, acquire };
}

test('a deployment on which a node lives is not held, and the node is named', async () => {
  const { parts, store, membership } = setup();
  await membership.heartbeat(NODE, 5_000);

  await expect(HeldDeployment.take(parts)).rejects.toThrow(/n1 \(http:\/\/a:1\)/);

  expect(await store.readLeases()).toEqual([]);
});

test('whoever looks for nodes is none', async () => {
  const { parts, membership } = setup();

  const held = await HeldDeployment.take(parts);

  expect((await membership.heartbeat(NODE, 5_000)).nodes).toEqual([NODE]);
  await held.release();
});

test('a lease that is still held keeps the deployment from being held, and nothing is left of the attempt', async () => {
  const { parts, store, acquire } = setup();
  await acquire(1);

  await expect(HeldDeployment.take(parts)).rejects.toThrow(/partition 1 is held by node n1/);

  expect((await store.readLeases()).map(({ partition }) => partition)).toEqual([1]);
});

test('nobody gets a lease for as long as the deployment is held, and anybody afterwards', async () => {
  const { parts, turn, timers, acquire } = setup();
  const held = await HeldDeployment.take(parts);

  for (let i = 0; i < 20; i++) {
    await turn(3_000);
    expect(await acquire(0)).toBeUndefined();
  }
  await held.release();

  expect(timers).toEqual([]);
  expect(await acquire(0)).toBeDefined();
});

test('a deployment that another has taken meanwhile was not held', async () => {
  const { parts, store, turn } = setup();
  const held = await HeldDeployment.take(parts);
  store.renewLease = async () => false;

  await turn(3_000);

  await expect(held.release()).rejects.toMatchObject({ name: 'Fenced' });
});
