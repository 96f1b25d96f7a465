import { afterEach, expect, test } from 'vitest';
import { Engine } from '../../../../runtime/engine.ts';
import { LEDGER } from '../../../../runtime/partition/history-ledger.ts';
import { HISTORY_DEFAULT, type HistoryOptions } from '../../../../runtime/partition/history-policies.ts';
import type { Clock } from '../../../../runtime/ports/clock.ts';
import type { StateMachine, Tag } from '../../../../runtime/ports/state-machine.ts';
import type { Store, TurnCommit } from '../../../../runtime/ports/store.ts';
import { MemoryDisk } from '../../../../runtime/stores/memory/memory-disk.ts';
import { MemoryStore } from '../../../../runtime/stores/memory/memory-store.ts';
import { systemRandom } from '../../../../runtime/system-random.ts';
import { SimulatedTime } from '../../../simulation/simulated-time.ts';
import { settled } from '../open-engine.ts';

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

const START_MS = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
const KEPT_MS = 12 * HOUR_MS;
const PASS = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
const WAIT = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 3_600 * 20, End: true } } };

/** Time, and an engine on a disk that can be opened again. */
async function setup(history: Partial<HistoryOptions> = {}, commits: number[] = []) {
  const time = new SimulatedTime(START_MS);
  const disk = new MemoryDisk();
  const log: string[] = [];
  let opened = await open(
    time,
    new CountedStore(disk, () => time.nowMs, commits),
    { retentionMs: KEPT_MS, ...history },
    log,
  );
  teardown.push(() => opened.close());
  return {
    disk,
    log,
    engine: () => opened,
    reopen: async () => {
      await opened.close();
      opened = await open(
        time,
        new CountedStore(disk, () => time.nowMs, commits),
        { retentionMs: KEPT_MS, ...history },
        log,
      );
    },
    /** Lets time pass, and all that comes of it. */
    pass: async (ms: number) => {
      const untilMs = time.nowMs + ms;
      time.at(untilMs, () => undefined);
      while (time.nowMs < untilMs) {
        await settled();
        time.advance();
      }
      await settled();
    },
  };
}

/** Tells how many executions go with each commit. */
class CountedStore extends MemoryStore {
  readonly #commits: number[];

  constructor(disk: MemoryDisk, now: () => number, commits: number[]) {
    super(disk, now);
    this.#commits = commits;
  }

  override async commitTurns(commit: TurnCommit): Promise<void> {
    await super.commitTurns(commit);
    this.#commits.push(commit.removed?.length ?? 0);
  }
}

function open(time: SimulatedTime, store: Store, history: Partial<HistoryOptions>, log: string[]): Promise<Engine> {
  const clock: Clock = {
    now: () => Math.floor(time.nowMs),
    elapsed: () => time.nowMs,
    at: (atMs, run) => time.at(atMs, run),
    soon: (run) => void setImmediate(run),
  };
  return Engine.open({
    store,
    clock,
    random: systemRandom,
    dispatcher: { dispatch: () => undefined, cancel: () => undefined },
    mapConcurrencyMax: 40,
    crashesMax: 3,
    version: '0',
    log: (level, text) => void log.push(`${level}: ${text}`),
    fatal: (error) => void log.push(`fatal: ${error}`),
    history,
  });
}

function create(engine: Engine, name: string, definition: object = PASS, tags: readonly Tag[] = []) {
  const arn = `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;
  const text = JSON.stringify(definition);
  return engine.machines.create({
    arn,
    name,
    type: 'STANDARD',
    definition: text,
    roleArn: '',
    configuration: {},
    tags,
  });
}

async function run(engine: Engine, machine: StateMachine, name?: string, input = '{}'): Promise<string> {
  const answer = await engine.startExecution({ machine, name, input, traceHeader: undefined });
  expect(answer.type).toBe('Started');
  await settled();
  return answer.executionArn;
}

async function listed(engine: Engine, machine: StateMachine): Promise<readonly string[]> {
  const found = await engine.listExecutions(machine.arn, { status: undefined, limit: 100, after: undefined });
  return found.map(({ executionArn }) => executionArn.slice(executionArn.lastIndexOf(':') + 1)).sort();
}

test('as AWS does, executions are kept for 90 days', () => {
  expect(HISTORY_DEFAULT.retentionMs).toBe(90 * 24 * HOUR_MS);
});

const ledgerOf = (disk: MemoryDisk) => [...disk.recordsOf(0).keys()].filter((key) => key.startsWith(LEDGER));

test('an execution goes when its time is over, and its name is free again', async () => {
  const { disk, engine, pass } = await setup();
  const machine = await create(engine(), 'm');
  const arn = await run(engine(), machine, 'a');

  await pass(KEPT_MS - 1_000);
  expect(await engine().describeExecution(arn)).toBeDefined();
  await pass(11_000);

  expect(await engine().describeExecution(arn)).toBeUndefined();
  expect(await engine().history(arn, true)).toBeUndefined();
  expect(await listed(engine(), machine)).toEqual([]);
  expect(ledgerOf(disk)).toEqual([]);
  await run(engine(), machine, 'a');
  expect(await listed(engine(), machine)).toEqual(['a']);
});

test('what runs stays, however old it is', async () => {
  const { engine, pass } = await setup();
  const waiting = await create(engine(), 'w', WAIT);
  const arn = await run(engine(), waiting, 'long');
  await run(engine(), await create(engine(), 'm'), 'a');

  await pass(19 * HOUR_MS);
  expect((await engine().describeExecution(arn))?.status).toBe('RUNNING');
  await pass(2 * HOUR_MS);
  expect((await engine().describeExecution(arn))?.status).toBe('SUCCEEDED');
  await pass(KEPT_MS);
  expect(await engine().describeExecution(arn)).toBeUndefined();
});

test('a tag of its state machine says how long an execution is kept', async () => {
  const { engine, pass } = await setup();
  const short = await create(engine(), 'short', PASS, [{ key: 'redstep:retention', value: '90m' }]);
  const other = await create(engine(), 'other');
  await run(engine(), short, 'a');
  await run(engine(), other, 'b');

  await pass(91 * 60_000);

  expect(await listed(engine(), short)).toEqual([]);
  expect(await listed(engine(), other)).toEqual(['b']);
});

test('what takes too much room goes, oldest end first, and is spoken of', async () => {
  const { engine, log, pass } = await setup({ bytesMax: 100_000, minAgeMs: 1_000 });
  const machine = await create(engine(), 'm');
  const names = Array.from({ length: 30 }, (_, i) => `e${String(i).padStart(2, '0')}`);

  for (const name of names) {
    await run(engine(), machine, name, JSON.stringify('x'.repeat(9_000)));
    await pass(100);
  }
  await pass(5_000);

  const left = await listed(engine(), machine);
  expect(left.length).toBeGreaterThan(5);
  expect(left.length).toBeLessThan(12);
  expect(left).toEqual(names.slice(-left.length));
  expect(log.filter((line) => /^warn: .*:m: \d+ executions .* DELETED .* 0\.1 MB/.test(line))).toHaveLength(1);
});

test('what ended just now stays, however much there is', async () => {
  const { engine, pass } = await setup({ bytesMax: 1, minAgeMs: 60_000 });
  const machine = await create(engine(), 'm');
  await run(engine(), machine, 'a');

  await pass(59_000);
  expect(await listed(engine(), machine)).toEqual(['a']);
  await pass(2_000);
  expect(await listed(engine(), machine)).toEqual([]);
});

test('a name stays taken for as long when its execution went to make room', async () => {
  const { engine, disk, pass, reopen } = await setup({ bytesMax: 1, minAgeMs: 1_000 });
  const machine = await create(engine(), 'm');
  const arn = await run(engine(), machine, 'a');
  await run(engine(), machine);
  await pass(10_000);
  expect(await engine().describeExecution(arn)).toBeUndefined();
  expect(disk.namesOf(0).size).toBe(1); // nobody has chosen the other one's
  await reopen();

  const request = { machine, name: 'a', input: '{}', traceHeader: undefined };
  expect(await engine().startExecution(request)).toEqual({ type: 'AlreadyExists', executionArn: arn });
  await pass(KEPT_MS - HOUR_MS);
  expect((await engine().startExecution(request)).type).toBe('AlreadyExists');
  await pass(2 * HOUR_MS);

  expect((await engine().startExecution(request)).type).toBe('Started');
  await pass(36 * HOUR_MS);
  expect(disk.namesOf(0).size).toBe(0); // both are free again, and swept
});

test('state machines share what has no limit of its own; one with a limit keeps to that', async () => {
  const { engine, pass } = await setup({ bytesMax: 50_000, minAgeMs: 1_000 });
  const input = JSON.stringify('x'.repeat(9_000));
  const own = await create(engine(), 'own', PASS, [{ key: 'redstep:historyBytesMax', value: '1MB' }]);
  const [first, second] = [await create(engine(), 'first'), await create(engine(), 'second')];
  for (let i = 0; i < 10; i++) await run(engine(), own, `o${i}`, input);
  await pass(2_000);
  for (const machine of [first, second]) {
    for (let i = 0; i < 4; i++) {
      await run(engine(), machine, `e${i}`, input);
      await pass(500);
    }
  }
  await pass(5_000);

  expect(await listed(engine(), own)).toHaveLength(10);
  expect(await listed(engine(), first)).toEqual(['e3']);
  expect(await listed(engine(), second)).toEqual(['e0', 'e1', 'e2', 'e3']);
});

test('a commit carries a hundred deletions at most', async () => {
  const commits: number[] = [];
  const { engine, disk, pass } = await setup({ bytesMax: 1, minAgeMs: 60_000 }, commits);
  const machine = await create(engine(), 'm');
  for (let i = 0; i < 450; i++) await run(engine(), machine);

  await pass(70_000);

  expect(disk.executions.size).toBe(0);
  expect(commits.filter((removed) => removed > 0)).toEqual([100, 100, 100, 100, 50]);
});

test('executions of a state machine that was deleted go too', async () => {
  const { engine, pass } = await setup();
  const machine = await create(engine(), 'm');
  const arn = await run(engine(), machine, 'a');
  await engine().machines.delete(machine);

  await pass(KEPT_MS + 10_000);

  expect(await engine().describeExecution(arn)).toBeUndefined();
});

test('the next owner goes on where one has left off', async () => {
  const { engine, disk, pass, reopen } = await setup();
  const machine = await create(engine(), 'm');
  for (let i = 0; i < 300; i++) await run(engine(), machine, `e${i}`);
  await reopen();
  await run(engine(), machine, 'later');
  expect(ledgerOf(disk)).toHaveLength(2);

  await pass(KEPT_MS + 20_000);

  expect(disk.executions.size).toBe(0);
  expect(await listed(engine(), machine)).toEqual([]);
  expect(ledgerOf(disk)).toEqual([]);
});
