import { afterEach, expect, test, vi } from 'vitest';
import { MemoryDisk } from '../../../../runtime/stores/memory/memory-disk.ts';
import { MemoryStore } from '../../../../runtime/stores/memory/memory-store.ts';
import { systemClock } from '../../../../runtime/system-clock.ts';
import { createMachine, openEngine, start } from '../open-engine.ts';

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

const AHEAD_MS = 60_000;
const ahead = { ...systemClock, now: () => systemClock.now() + AHEAD_MS };
const TASK = { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:123456789012:function:work', End: true };

test('the times of a history do not go back where the clock of the next owner is behind', async () => {
  const disk = new MemoryDisk();
  const before = await openEngine([], new MemoryStore(disk), ahead);
  const machine = await createMachine(before.engine, 'm', 'STANDARD', { StartAt: 'Only', States: { Only: TASK } });
  const { executionArn } = await start(before.engine, machine);
  await before.engine.close();

  const after = await openEngine(teardown, new MemoryStore(disk));
  await vi.waitUntil(() => after.dispatched.length === 1);
  after.dispatched[0]?.report({ type: 'Succeeded', output: '{}' });
  await vi.waitUntil(async () => (await after.engine.describeExecution(executionArn))?.status === 'SUCCEEDED');

  const times = (await after.engine.history(executionArn, true))?.map(({ timestampMs }) => timestampMs) ?? [];
  expect(times.length).toBeGreaterThan(0);
  expect(times).toEqual(times.toSorted((left, right) => left - right));
});
