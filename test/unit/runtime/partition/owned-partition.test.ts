import { afterEach, expect, test } from 'vitest';
import { Overloaded } from '../../../../runtime/ports/overloaded.ts';
import type { TurnCommit } from '../../../../runtime/ports/store.ts';
import { MemoryStore } from '../../../../runtime/stores/memory/memory-store.ts';
import { createMachine, openEngine, start } from '../open-engine.ts';

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

/** More than may wait for a commit, together with what one commit that is under way has taken. */
const STARTS = 10_000;
const TASK = { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:123456789012:function:work', End: true };

/** A store that writes nothing between `stop` and `goOn`. */
class StoppingStore extends MemoryStore {
  goOn: () => void = () => undefined;
  #goes: Promise<void> = Promise.resolve();

  stop(): void {
    this.#goes = new Promise((resolve) => {
      this.goOn = resolve;
    });
  }

  override async commitTurns(commit: TurnCommit): Promise<void> {
    await this.#goes;
    await super.commitTurns(commit);
  }
}

/** An engine that has begun so much, on a store that stands still, that it begins nothing more. */
async function setup() {
  const store = new StoppingStore();
  const opened = await openEngine(teardown, store);
  const { engine } = opened;
  const definition = { StartAt: 'Only', States: { Only: TASK } };
  const machine = await createMachine(engine, 'm', 'STANDARD', definition);
  const express = await createMachine(engine, 'e', 'EXPRESS', definition);
  const { executionArn } = await start(engine, machine);
  store.stop();
  const starts = Promise.allSettled(Array.from({ length: STARTS }, () => start(engine, machine)));
  return { ...opened, store, machine, express, executionArn, starts };
}

test('a partition with too much to do refuses starts', async () => {
  const { store, engine, machine, express, starts } = await setup();

  await expect(start(engine, machine)).rejects.toThrow(Overloaded);
  await expect(start(engine, express)).rejects.toThrow(Overloaded);
  store.goOn();

  expect((await starts).some(({ status }) => status === 'rejected')).toBe(true);
  await start(engine, machine);
});

test('a partition that refuses starts takes what ends the work that is under way', async () => {
  const { store, engine, machine, executionArn, dispatched, starts } = await setup();
  await expect(start(engine, machine)).rejects.toThrow(Overloaded);

  dispatched[0]?.report({ type: 'Succeeded', output: '"done"' });
  store.goOn();
  await starts;

  expect((await engine.describeExecution(executionArn))?.status).toBe('SUCCEEDED');
});
