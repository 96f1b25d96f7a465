import { afterEach, expect, test } from 'vitest';
import { executionKeyOf } from '../../../runtime/actor/execution-key.ts';
import type { StateMachine } from '../../../runtime/ports/state-machine.ts';
import { MemoryDisk } from '../../../runtime/stores/memory/memory-disk.ts';
import { MemoryStore } from '../../../runtime/stores/memory/memory-store.ts';
import { packRecord, packTurn, unpackRecord, unpackTurns } from '../../../runtime/stores/record-codec.ts';
import { Unreadable } from '../../../runtime/unreadable.ts';
import { createMachine, type OpenEngine, openEngine, settled, start } from './open-engine.ts';

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

const WORK = 'arn:aws:lambda:us-east-1:123456789012:function:work';
const ONE_TASK = { StartAt: 'Only', States: { Only: { Type: 'Task', Resource: WORK, End: true } } };
const KIND_UNKNOWN = 999;

type Change = (stored: Uint8Array) => Uint8Array;

/** What it has under some keys reads as if something else had been written. */
class ChangedStore extends MemoryStore {
  readonly #changes: ReadonlyMap<string, Change>;

  constructor(disk: MemoryDisk, changes: ReadonlyMap<string, Change>) {
    super(disk);
    this.#changes = changes;
  }

  override async readLog(executionKey: string): Promise<readonly Uint8Array[] | undefined> {
    const chunks = await super.readLog(executionKey);
    return chunks?.map(this.#changes.get(executionKey) ?? ((chunk) => chunk));
  }

  override async readRecord(partition: number, key: string): Promise<Uint8Array | undefined> {
    const value = await super.readRecord(partition, key);
    const change = this.#changes.get(key);
    return value && change ? change(value) : value;
  }
}

interface Left {
  readonly disk: MemoryDisk;
  readonly machine: StateMachine;
  readonly express: StateMachine;
  /** Executions of two machines, each with its task under way. */
  readonly victim: string;
  readonly other: string;
}

/** What a process has left that died. */
async function leave(): Promise<Left> {
  const disk = new MemoryDisk();
  const { engine } = await openEngine([], new MemoryStore(disk));
  const machine = await createMachine(engine, 'victim', 'STANDARD', ONE_TASK);
  const express = await createMachine(engine, 'express', 'EXPRESS', ONE_TASK);
  const healthy = await createMachine(engine, 'healthy', 'STANDARD', ONE_TASK);
  await start(engine, express);
  const victim = await start(engine, machine);
  const other = await start(engine, healthy);
  return { disk, machine, express, victim: victim.executionArn, other: other.executionArn };
}

async function openAgain({ disk }: Left, changes: readonly (readonly [string, Change])[] = []): Promise<OpenEngine> {
  const opened = await openEngine(teardown, new ChangedStore(disk, new Map(changes)));
  await opened.engine.recovered;
  await settled();
  return opened;
}

function answer({ dispatched }: OpenEngine, executionArn: string): void {
  const found = dispatched.find(({ task }) => task.executionArn === executionArn);
  found?.report({ type: 'Succeeded', output: '"done"' });
}

const refused: Change = (stored) => packRecord({ ...unpackRecord<object>(stored), definition: '{"StartAt":"None"}' });
const cut: Change = (stored) => stored.slice(0, stored.length - 3);
const fromAnotherVersion: Change = (stored) => {
  const [first = []] = unpackTurns([stored]);
  return packTurn([...first, KIND_UNKNOWN, 0, 1]);
};

const WAYS: readonly (readonly [string, (left: Left) => readonly [string, Change]])[] = [
  ['whose definition this version refuses', ({ machine }) => [`revision/${machine.revision.id}`, refused]],
  ['whose definition is gone', ({ machine }) => [`revision/${machine.revision.id}`, () => new Uint8Array()]],
  ['whose log is cut', ({ victim }) => [executionKeyOf(victim), cut]],
  ['whose log is no log', ({ victim }) => [executionKeyOf(victim), () => new Uint8Array([0xc1, 0xff, 0x01])]],
  ['whose log has an unknown event', ({ victim }) => [executionKeyOf(victim), fromAnotherVersion]],
];

test.each(WAYS)('an execution %s stays as it is, and the others of its partition go on', async (_, change) => {
  const left = await leave();

  const opened = await openAgain(left, [change(left)]);
  answer(opened, left.other);
  await settled();
  const stopped = opened.engine.stopExecution(left.victim, undefined, undefined);

  await expect(stopped).rejects.toThrow(Unreadable);
  expect(await opened.engine.describeExecution(left.other)).toMatchObject({ status: 'SUCCEEDED' });
  expect(opened.dispatched.map(({ task }) => task.executionArn)).not.toContain(left.victim);
  expect(opened.log.filter((line) => line.startsWith('error'))).toHaveLength(1);
  expect(opened.log.join('\n')).toMatch(/error: .*execution:victim:.* stays as it is/);
  expect(opened.log.join('\n')).not.toContain('fatal');
});

test.each(WAYS)('an execution %s goes on where it can be read again', async (_, change) => {
  const left = await leave();
  const dead = await openAgain(left, [change(left)]);
  await expect(dead.engine.stopExecution(left.victim, undefined, undefined)).rejects.toThrow(Unreadable);

  const opened = await openAgain(left);
  answer(opened, left.victim);
  await settled();

  expect(await opened.engine.describeExecution(left.victim)).toMatchObject({ status: 'SUCCEEDED' });
});

test('an Express start whose definition this version refuses stays, and the rest goes on', async () => {
  const left = await leave();

  const opened = await openAgain(left, [[`revision/${left.express.revision.id}`, refused]]);
  const healed = await openAgain(left);

  expect(opened.dispatched.map(({ task }) => task.executionArn).sort()).toEqual([left.other, left.victim].sort());
  expect(opened.log.join('\n')).toMatch(/error: express\/.* stays as it is/);
  expect(opened.log.join('\n')).not.toContain('fatal');
  expect(healed.dispatched).toHaveLength(3);
});
