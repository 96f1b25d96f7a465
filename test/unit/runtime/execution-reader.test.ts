import { afterEach, expect, test } from 'vitest';
import { MemoryStore } from '../../../runtime/stores/memory/memory-store.ts';
import { createMachine, openEngine, settled, start } from './open-engine.ts';

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

/** An execution whose log goes between the look at its ends and that at all of it. */
class GoingStore extends MemoryStore {
  isGone = false;

  override async readLog(executionKey: string): Promise<readonly Uint8Array[] | undefined> {
    return this.isGone ? undefined : super.readLog(executionKey);
  }

  override async readLogEnds(executionKey: string): ReturnType<MemoryStore['readLogEnds']> {
    const chunks = await super.readLog(executionKey);
    const [first, last] = [chunks?.at(0), chunks?.at(-1)];
    return first && last && { first, last };
  }
}

test('an execution that goes while it is read does not exist', async () => {
  const store = new GoingStore();
  const { engine } = await openEngine(teardown, store);
  const machine = await createMachine(engine, 'm', 'STANDARD', {
    StartAt: 'P',
    States: { P: { Type: 'Pass', End: true } },
  });
  const { executionArn } = await start(engine, machine); // its output is its input: it stands at the beginning of its log
  await settled();
  expect(await engine.describeExecution(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{}' });

  store.isGone = true;

  expect(await engine.describeExecution(executionArn)).toBeUndefined();
  expect(await engine.history(executionArn, true)).toBeUndefined();
});
