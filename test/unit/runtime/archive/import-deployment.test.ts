import { afterEach, expect, test } from 'vitest';

import { executionKeyOf, isBranchKey } from '../../../../runtime/actor/execution-key.ts';
import { keptRelease } from '../../../../runtime/actor/kept-release.ts';
import type { ArchiveItem } from '../../../../runtime/archive/archive-item.ts';
import { itemsOf } from '../../../../runtime/archive/deployment-items.ts';
import { assertImported } from '../../../../runtime/archive/import-mark.ts';
import { LEDGER } from '../../../../runtime/partition/history-ledger.ts';
import { packEnvelope } from '../../../../runtime/partition/mailbox-message.ts';
import { nameHash } from '../../../../runtime/partition/name-hash.ts';
import { partitionOf } from '../../../../runtime/partition/placement.ts';
import type { Store } from '../../../../runtime/ports/store.ts';
import { MemoryDisk } from '../../../../runtime/stores/memory/memory-disk.ts';
import { MemoryMailboxes } from '../../../../runtime/stores/memory/memory-mailboxes.ts';
import { MemoryStore } from '../../../../runtime/stores/memory/memory-store.ts';
import { unpackRecord } from '../../../../runtime/stores/record-codec.ts';
import { systemClock } from '../../../../runtime/system-clock.ts';
import { StoreOwner } from '../../../store/store-owner.ts';
import { createMachine, type OpenEngine, openEngine, settled, start } from '../open-engine.ts';
import { contentOf, exportStore, importInto, storeOf, writeArchive } from './archived-store.ts';

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

const WAIT = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 3_600, End: true } } };
const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:f';
const TASK = { StartAt: 'T', States: { T: { Type: 'Task', Resource: FUNCTION, End: true } } };
const MAP = { StartAt: 'M', States: { M: { Type: 'Map', ItemsPath: '$.items', ItemProcessor: TASK, End: true } } };

/** Executions of every kind, on one partition; what is under way is left as it is. */
async function populate(disk: MemoryDisk): Promise<OpenEngine> {
  const opened = await openEngine(teardown, new MemoryStore(disk), systemClock, 'spread');
  const { engine } = opened;
  const [wait, task, map, gone, express] = await Promise.all([
    createMachine(engine, 'wait', 'STANDARD', WAIT),
    createMachine(engine, 'task', 'STANDARD', TASK),
    createMachine(engine, 'map', 'STANDARD', MAP),
    createMachine(engine, 'gone', 'STANDARD', WAIT),
    createMachine(engine, 'express', 'EXPRESS', TASK),
  ]);
  for (const machine of [wait, wait, task, task, gone, express]) await start(engine, machine);
  const input = JSON.stringify({ items: [1, 2, 3] });
  await engine.startExecution({ machine: map, name: 'spread', input, traceHeader: undefined });
  const { executionArn } = await start(engine, wait);
  await engine.stopExecution(executionArn, 'Stopped', 'by the test');
  await engine.machines.delete(gone);
  await settled();
  return opened;
}

/** How many tasks `populate` leaves under way. */
const TASKS = 2 + 3 + 1;

async function itemsIn(store: Store): Promise<readonly ArchiveItem[]> {
  const items: ArchiveItem[] = [];
  for await (const item of itemsOf(store, undefined)) items.push(item);
  return items;
}

async function populated(): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  const { engine } = await populate(disk);
  await engine.close();
  return disk;
}

test('what is imported is what was exported, on any number of partitions', async () => {
  const archive = await exportStore(new MemoryStore(await populated()));
  const content = await contentOf(archive);

  let last = archive;
  for (const partitions of [4, 2, 16, 1]) {
    const store = storeOf(partitions);
    await importInto(store, last);
    last = await exportStore(store);
    expect(await contentOf(last), `${partitions} partitions`).toEqual(content);
  }
  const types = content.map((text) => JSON.parse(text).type);
  expect(types.filter((type) => type === 'execution')).toHaveLength(10);
  expect(types.filter((type) => type === 'start')).toHaveLength(1);
});

test('each execution goes to the partition that placement says', async () => {
  const store = storeOf(8);
  const archive = await exportStore(new MemoryStore(await populated()));

  await importInto(store, archive);

  const items = await itemsIn(store);
  for (const item of items) {
    if (item.type !== 'execution') continue;
    const machineKey =
      item.key.split(':').toSpliced(2, 1).slice(0, 3).join(':') + (isBranchKey(item.key) ? ':branches' : '');
    const query = { machineKey, partition: partitionOf(item.key, 8), status: undefined, limit: 99, after: undefined };
    const keys = (await store.listExecutions(query)).map(({ executionKey }) => executionKey);
    expect(keys).toContain(item.key);
  }
});

test('names stay taken, and what has ended is in the ledgers, on any number of partitions', async () => {
  const disk = await populated();
  const source = new MemoryStore(disk);
  const keys = Array.from({ length: 20 }, (_, i) => `us-east-1:123456789012:execution:wait:order-${i}`);
  await (await StoreOwner.take(source)).remove(
    [],
    keys.map((key, i) => ({ hash: nameHash(key), untilHour: 500_000 + i })),
  );
  const store = storeOf(8);

  await importInto(store, await exportStore(source));

  for (const [i, key] of keys.entries()) {
    expect(await store.readName(partitionOf(key, 8), nameHash(key))).toBe(500_000 + i);
  }
  const ledgers = await Promise.all(
    Array.from({ length: 8 }, (_, partition) =>
      store.readRecords({ partition, prefix: LEDGER, limit: 99, after: undefined }),
    ),
  );
  const counts = ledgers.flat().map(({ value }) => unpackRecord<{ count: number }>(value).count);
  expect(counts).toEqual([1]); // the one that was stopped
});

test('what was under way goes on after an import, and all of it ends', async () => {
  const disk = new MemoryDisk();
  await importInto(new MemoryStore(disk), await exportStore(new MemoryStore(await populated())));

  const { engine, dispatched, log } = await openEngine(teardown, new MemoryStore(disk), systemClock, 'spread');
  await engine.recovered;
  await settled();
  expect(dispatched).toHaveLength(TASKS);
  for (const { report } of dispatched) report({ type: 'Succeeded', output: '1' });
  await settled();

  const machines = engine.machines.list();
  const statuses: Record<string, string[]> = {};
  for (const { arn, name } of machines) {
    const executions = await engine.listExecutions(arn, { status: undefined, limit: 9, after: undefined });
    statuses[name] = executions.map(({ status }) => status).sort();
  }
  expect(statuses).toEqual({
    express: [],
    map: ['SUCCEEDED'],
    task: ['SUCCEEDED', 'SUCCEEDED'],
    wait: ['ABORTED', 'RUNNING', 'RUNNING'],
  });
  expect(log.filter((line) => !line.startsWith('info'))).toEqual([]);
});

test('what was at work when its process died is blamed for that after an import too; a stop in order blames nobody', async () => {
  const died = new MemoryDisk();
  await populate(died);
  const store = storeOf(4);

  await importInto(store, await exportStore(new MemoryStore(died.fork())));
  const again = await itemsIn(store);

  const blamed = again.filter((item) => (item.type === 'execution' || item.type === 'start') && item.deaths === 1);
  expect(blamed).toHaveLength(TASKS);
  for (const item of await itemsIn(new MemoryStore(await populated()))) expect(item).not.toMatchObject({ deaths: 1 });
});

test('an import that is cut at any commit says so, and goes on with the same archive', async () => {
  const archive = await exportStore(new MemoryStore(await populated()));
  const long: ArchiveItem = {
    type: 'execution',
    key: 'us-east-1:123456789012:execution:wait:long',
    status: 'ABORTED',
    startMs: 1,
    stopMs: 2,
    chunks: [1, 2, 3].map((byte) => Buffer.alloc(20_000, byte)),
    deaths: 0,
  };
  const items = [...(await itemsIn(new MemoryStore(await populated()))), long];
  const other = await writeArchive(items);
  const content = await contentOf(other);

  for (let commits = 1; ; commits++) {
    const disk = new MemoryDisk(2);
    const store = new MemoryStore(disk);
    const cut = await importInto(failingAfter(store, commits), other).then(
      () => false,
      () => true,
    );
    if (!cut) break;
    const isWhole = await assertImported(store).then(
      () => true,
      () => false,
    );
    if (!isWhole) {
      await expect(importInto(store, archive), `${commits}`).rejects.toMatchObject({ name: 'ImportUnfinished' });
      await importInto(store, other);
    }
    await assertImported(store);
    expect(await contentOf(await exportStore(store)), `${commits} commits`).toEqual(content);
  }
});

/** The store, until so many commits are made. */
function failingAfter(store: MemoryStore, commits: number): Store {
  let left = commits;
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'commitTurns' && left-- === 0) throw new Error('cut');
      const member = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

test('a deployment that has something is left as it is', async () => {
  const archive = await exportStore(new MemoryStore(await populated()));
  const store = storeOf(4);
  const owner = await StoreOwner.take(store, 'owner', 3);
  await owner.commit([], [['machine/mine', 'mine']]);

  await expect(importInto(store, archive)).rejects.toMatchObject({ name: 'DeploymentNotEmpty' });

  await assertImported(store);
  for (const partition of [0, 1, 2])
    expect(await store.readRecords({ partition, prefix: '', limit: 9, after: undefined })).toEqual([]);
});

test('a message that lay in a mailbox takes effect where there are no mailboxes', async () => {
  const source = new MemoryDisk();
  const { engine } = await openEngine(teardown, new MemoryStore(source));
  const machine = await createMachine(engine, 'task', 'STANDARD', TASK);
  const { executionArn } = await start(engine, machine);
  const mailboxes = new MemoryMailboxes();
  const executionKey = executionKeyOf(executionArn);
  const message = { type: 'TaskSucceeded', taskNumber: 1, output: '"by mail"' } as const;
  await mailboxes.append(0, [packEnvelope({ executionKey, message })]);
  const disk = new MemoryDisk();

  await importInto(new MemoryStore(disk), await exportStore(new MemoryStore(source.fork()), mailboxes));
  const imported = await openEngine(teardown, new MemoryStore(disk));
  await imported.engine.recovered;
  await settled();

  expect(imported.dispatched).toEqual([]);
  expect(await imported.engine.describeExecution(executionArn)).toMatchObject({ output: '"by mail"' });
  expect(await itemsIn(new MemoryStore(disk))).not.toContainEqual(expect.objectContaining({ type: 'message' }));
});

test('an Express start whose end lies in a mailbox is over', async () => {
  const disk = new MemoryDisk();
  const { engine } = await openEngine(teardown, new MemoryStore(disk));
  await start(engine, await createMachine(engine, 'express', 'EXPRESS', TASK));
  const [record] = await new MemoryStore(disk).readRecords({
    partition: 0,
    prefix: 'express/',
    limit: 9,
    after: undefined,
  });
  const mailboxes = new MemoryMailboxes();
  await mailboxes.append(0, [packEnvelope({ endedStart: record?.key ?? '' })]);

  const content = await contentOf(await exportStore(new MemoryStore(disk.fork()), mailboxes));

  expect(content.filter((text) => JSON.parse(text).type !== 'record')).toEqual([]);
});

test('a release that is to be delivered lies with its root, wherever that goes', async () => {
  const source = storeOf(1);
  const owner = await StoreOwner.take(source);
  const root = 'us-east-1:123456789012:execution:map:one';
  await owner.commit([], [[keptRelease(`${root}:3`).key, '']]);
  const store = storeOf(16);

  await importInto(store, await exportStore(source));

  expect(await store.readRecord(partitionOf(root, 16), keptRelease(`${root}:3`).key)).toBeDefined();
});

test('a task token stays valid', async () => {
  const disk = new MemoryDisk();
  const { engine, dispatched } = await openEngine(teardown, new MemoryStore(disk));
  const resource = 'arn:aws:states:::lambda:invoke.waitForTaskToken';
  const state = { Type: 'Task', Resource: resource, Parameters: { FunctionName: 'f' }, End: true };
  const machine = await createMachine(engine, 'token', 'STANDARD', { StartAt: 'T', States: { T: state } });
  const { executionArn } = await start(engine, machine);
  const token = dispatched[0]?.task.token ?? '';
  dispatched[0]?.report({ type: 'Submitted', output: '{}' });
  await settled();
  await engine.close();
  const target = new MemoryDisk();

  await importInto(new MemoryStore(target), await exportStore(new MemoryStore(disk)));
  const imported = await openEngine(teardown, new MemoryStore(target));
  await imported.engine.recovered;
  const answer = await imported.engine.answerTask(token, { type: 'TaskSucceeded', output: '"yes"' });

  expect(answer).toBe('taken');
  expect(imported.dispatched).toEqual([]);
  expect(await imported.engine.describeExecution(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '"yes"' });
});

test('an execution that cannot be read is imported as it is, for its owner to say so', async () => {
  const key = 'us-east-1:123456789012:execution:task:broken';
  const item: ArchiveItem = {
    type: 'execution',
    key,
    status: 'RUNNING',
    startMs: 1,
    stopMs: undefined,
    chunks: [Buffer.from([0xc1])],
    deaths: 0,
  };
  const store = storeOf(1);

  await importInto(store, await writeArchive([item]));

  expect(await store.readLog(key)).toEqual([Buffer.from([0xc1])]);
  expect(await store.readWakeUps({ partition: 0, untilMs: 0, limit: 9, after: undefined })).toHaveLength(1);
});

test('an export refuses what it does not know', async () => {
  const store = storeOf(1);
  const owner = await StoreOwner.take(store);
  await owner.commit([], [['of-a-later-version/1', '']]);

  await expect(itemsIn(store)).rejects.toThrow(/cannot move the record of-a-later-version/);
});
