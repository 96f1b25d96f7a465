import { afterEach, expect, test } from 'vitest';
import { MemoryStore } from '../../../../runtime/stores/memory/memory-store.ts';
import { createBroken, createMachine, openEngine, settled, start } from '../open-engine.ts';

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

const WORK = {
  Type: 'Task',
  Resource: 'arn:aws:lambda:us-east-1:123456789012:function:work',
};
const BROKEN = { Type: 'Pass', Parameters: {}, End: true };

/** Starts that are accepted and not over. */
async function accepted(store: MemoryStore): Promise<number> {
  return (await store.readRecords({ partition: 0, prefix: 'express/', limit: 10, after: undefined })).length;
}

test('a start that has been made durable runs, whatever reads of the store fail then', async () => {
  const store = new MemoryStore();
  const { engine, dispatched } = await openEngine(teardown, store);
  await engine.recovered;
  const machine = await createMachine(engine, 'work', 'EXPRESS', {
    StartAt: 'Work',
    States: { Work: { ...WORK, End: true } },
  });
  store.readRecord = () => Promise.reject(new Error('cannot be read'));

  await start(engine, machine);

  expect(dispatched).toHaveLength(1);
  expect(await accepted(store)).toBe(1);
  dispatched[0]?.report({ type: 'Succeeded', output: '{}' });
  await settled();
  expect(await accepted(store)).toBe(0);
});

test.each([
  ['first', { StartAt: 'Broken', States: { Broken: BROKEN } }],
  ['later', { StartAt: 'Work', States: { Work: { ...WORK, Next: 'Broken' }, Broken: BROKEN } }],
])('nothing is kept of an accepted start whose %s turn has thrown', async (_which, definition) => {
  const store = new MemoryStore();
  const { engine, dispatched, log } = await openEngine(teardown, store);
  const machine = await createBroken(engine, 'EXPRESS', definition);

  await start(engine, machine);
  dispatched[0]?.report({ type: 'Succeeded', output: '{}' });
  await settled();

  expect(log.join('\n')).toContain('sabotage');
  expect(await accepted(store)).toBe(0);
});
