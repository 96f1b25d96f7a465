import { afterEach, expect, test } from 'vitest';
import type { TurnCommit } from '../../../../runtime/ports/store.ts';
import { MemoryDisk } from '../../../../runtime/stores/memory/memory-disk.ts';
import { MemoryStore } from '../../../../runtime/stores/memory/memory-store.ts';
import { breakState, createMachine, openEngine, settled, start } from '../open-engine.ts';

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

/** More states than one step enters: the rest is left to the next one. */
const LONG = {
  StartAt: 'Zero',
  States: {
    Zero: { Type: 'Pass', Assign: { n: 0 }, Next: 'Count' },
    Count: { Type: 'Pass', QueryLanguage: 'JSONata', Assign: { n: '{% $n + 1 %}' }, Next: 'More' },
    More: {
      Type: 'Choice',
      QueryLanguage: 'JSONata',
      Choices: [{ Condition: '{% $n < 1500 %}', Next: 'Count' }],
      Default: 'Broken',
    },
    Broken: { Type: 'Pass', Parameters: {}, End: true },
  },
};

/** The store of a process that dies when it has written the first turn of an execution. */
class DyingStore extends MemoryStore {
  #dead = false;

  override commitTurns(commit: TurnCommit): Promise<void> {
    if (this.#dead) return new Promise(() => undefined);
    this.#dead = commit.executions.length > 0;
    return super.commitTurns(commit);
  }
}

/** A store that tells nothing of its records one at a time until it is opened. */
class ShutStore extends MemoryStore {
  open: () => void = () => undefined;
  readonly #opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });

  override async readRecord(partition: number, key: string): Promise<Uint8Array | undefined> {
    await this.#opened;
    return super.readRecord(partition, key);
  }
}

test('an execution that throws as it is taken up again fails, and nothing else', async () => {
  const disk = new MemoryDisk();
  const dying = await openEngine([], new DyingStore(disk));
  const machine = await createMachine(dying.engine, 'long', 'STANDARD', LONG);
  const { executionArn } = await start(dying.engine, machine);
  const store = new ShutStore(disk);
  const { engine, log } = await openEngine(teardown, store);
  breakState(engine, machine);

  store.open();
  await engine.recovered;
  await settled();

  expect(await engine.describeExecution(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  expect(log.join('\n')).toContain('sabotage');
  expect(log.join('\n')).not.toContain('fatal');
});
