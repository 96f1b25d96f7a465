import { afterEach, expect, test } from 'vitest';
import { type Store, StoreFull, type TurnCommit } from '../../../../runtime/ports/store.ts';
import { MemoryStore } from '../../../../runtime/stores/memory/memory-store.ts';
import { createMachine, openEngine, settled, start } from '../open-engine.ts';

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

const TASK = { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:123456789012:function:work' };
const MACHINE = { StartAt: 'One', States: { One: { ...TASK, Next: 'Two' }, Two: { ...TASK, End: true } } };

/** A store that has room for so many commits; `undefined`: for all. */
class FullStore extends MemoryStore {
  room: number | undefined;

  override async commitTurns(commit: TurnCommit): Promise<void> {
    if (this.room === 0) throw new StoreFull('no room');
    if (this.room !== undefined) this.room--;
    await super.commitTurns(commit);
  }
}

/** A store with room for what goes on, and for nothing new. */
class NothingNewStore extends MemoryStore {
  full = false;

  override async commitTurns(commit: TurnCommit): Promise<void> {
    const isNew =
      commit.executions.some(({ entryBefore }) => entryBefore === undefined) || commit.hasNewRecords === true;
    if (this.full && isNew) throw new StoreFull('no room');
    await super.commitTurns(commit);
  }
}

async function setup<S extends Store>(store: S) {
  const opened = await openEngine(teardown, store);
  const machine = await createMachine(opened.engine, 'm', 'STANDARD', MACHINE);
  const express = await createMachine(opened.engine, 'e', 'EXPRESS', MACHINE);
  return { ...opened, store, machine, express };
}

test('without room, starts and new machines are refused, and what is under way ends', async () => {
  const { store, engine, machine, express, dispatched } = await setup(new NothingNewStore());
  const answer = await start(engine, machine);
  store.full = true;

  const refused = start(engine, machine);
  dispatched[0]?.report({ type: 'Succeeded', output: '{}' });
  await expect(refused).rejects.toThrow(StoreFull);
  await expect(start(engine, express)).rejects.toThrow(StoreFull);
  await expect(createMachine(engine, 'other', 'STANDARD', MACHINE)).rejects.toThrow(StoreFull);
  dispatched[1]?.report({ type: 'Succeeded', output: '"done"' });
  await settled();

  expect((await engine.describeExecution(answer.executionArn))?.status).toBe('SUCCEEDED');
  expect(engine.machines.get('arn:aws:states:us-east-1:123456789012:stateMachine:other')).toBeUndefined();
});

test('a name whose start was refused for want of room can be started when there is room again', async () => {
  const { store, engine, machine } = await setup(new NothingNewStore());
  const request = { machine, name: 'again', input: '{}', traceHeader: undefined };
  store.full = true;
  await expect(engine.startExecution(request)).rejects.toThrow(StoreFull);
  store.full = false;

  expect((await engine.startExecution(request)).type).toBe('Started');
});

test('where not even what is under way has room, it waits until it has', async () => {
  const { store, engine, machine, dispatched, log } = await setup(new FullStore());
  const answer = await start(engine, machine);
  store.room = 0;
  dispatched[0]?.report({ type: 'Succeeded', output: '{}' });
  await settled();
  expect(dispatched).toHaveLength(1);

  const ended = new Promise<void>((resolve) => {
    engine.subscribe(({ status }) => status === 'SUCCEEDED' && resolve());
  });
  const next = new Promise<void>((resolve) => {
    engine.subscribe(() => resolve());
  });
  store.room = undefined;
  await next;
  dispatched[1]?.report({ type: 'Succeeded', output: '{}' });
  await ended;

  expect((await engine.describeExecution(answer.executionArn))?.status).toBe('SUCCEEDED');
  expect(log.filter((line) => line.startsWith('fatal'))).toEqual([]);
});
