import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Deaths } from '../../../../runtime/partition/deaths.ts';
import { type Inherited, Recovery } from '../../../../runtime/partition/recovery.ts';
import type { RecordCommit } from '../../../../runtime/ports/store.ts';
import { MemoryDisk } from '../../../../runtime/stores/memory/memory-disk.ts';
import { MemoryStore } from '../../../../runtime/stores/memory/memory-store.ts';
import { SimulatedTime } from '../../../simulation/simulated-time.ts';

const CRASHES_MAX = 3;

/** A process that dies when it does not stop in order: the disk is what is left of it. */
class Process {
  /** What has been taken up again, in this order; what was given up, with its deaths. */
  readonly resumed: string[] = [];
  readonly givenUp: Map<string, number> = new Map();
  readonly time = new SimulatedTime(0);
  /** How taking something up goes. */
  takesUp: Promise<void> = Promise.resolve();
  /** Settles when all suspects have been tried. */
  tried: Promise<void> = Promise.resolve();
  readonly #disk: MemoryDisk;
  readonly #over: Map<string, () => void> = new Map();
  #recovery: Recovery | undefined;

  constructor(disk: MemoryDisk) {
    this.#disk = disk;
  }

  /** Recovers what is under way, as far as it gets without time going by. `nobodyDied`: its store was away, and is back. */
  async begin(names: readonly string[], { nobodyDied = false } = {}): Promise<this> {
    const clock = {
      now: () => this.time.nowMs,
      elapsed: () => this.time.nowMs,
      at: (atMs: number, run: () => void) => this.time.at(atMs, run),
      soon: () => undefined,
    };
    const write = (records: readonly RecordCommit[]): Promise<void> => this.#write(records);
    const deaths = await Deaths.read(new MemoryStore(this.#disk), 0, write, nobodyDied);
    const recovery = new Recovery(clock, deaths, CRASHES_MAX);
    this.#recovery = recovery;
    await recovery.takeUp(this.#pages(names));
    this.tried = recovery.tryOut();
    await settled();
    return this;
  }

  /** What it had in flight has ended. */
  async end(name: string): Promise<void> {
    this.#over.get(name)?.();
    await settled();
  }

  /** Lets the time of a trial go by. */
  async trialEnds(): Promise<void> {
    this.time.advance();
    await settled();
  }

  async stop(): Promise<void> {
    this.#recovery?.stop();
    await this.#write([Deaths.stopped]);
  }

  async *#pages(names: readonly string[]): AsyncIterable<Inherited[]> {
    yield names.map((name) => ({
      name,
      resume: async (over) => {
        this.resumed.push(name);
        this.#over.set(name, over);
        await this.takesUp;
      },
      giveUp: async (deaths, over) => {
        this.givenUp.set(name, deaths);
        over();
      },
    }));
  }

  async #write(records: readonly RecordCommit[]): Promise<void> {
    for (const { key, value } of records) {
      if (value === undefined) this.#disk.recordsOf(0).delete(key);
      else this.#disk.recordsOf(0).set(key, value);
    }
  }
}

async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await setImmediate();
}

/** A disk after some deaths, each while all of these were running. */
async function diskAfter(deaths: number, names: readonly string[]): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  for (let i = 1; i < deaths; i++) {
    const process = await new Process(disk).begin(names);
    while (process.resumed.length < names.length) await process.trialEnds();
  }
  return disk;
}

test('what was under way at one death is taken up at once', async () => {
  const process = await new Process(await diskAfter(1, ['a', 'b'])).begin(['a', 'b']);

  expect(process.resumed).toEqual(['a', 'b']);
});

test('what was under way when only the store was away is not to blame', async () => {
  const disk = await diskAfter(1, ['a']);

  for (let outages = 0; outages < 5; outages++) {
    const process = await new Process(disk).begin(['a'], { nobodyDied: true });
    expect(process.resumed).toEqual(['a']);
  }
});

test('what was under way at two deaths is held back while the others run alone', async () => {
  const process = await new Process(await diskAfter(2, ['suspect'])).begin(['suspect', 'other']);
  expect(process.resumed).toEqual(['other']);

  await process.trialEnds();

  expect(process.resumed).toEqual(['other', 'suspect']);
});

test('suspects whose next death would be their last are tried one at a time', async () => {
  const process = await new Process(await diskAfter(3, ['a', 'b'])).begin(['a', 'b']);
  await process.trialEnds();
  expect(process.resumed).toEqual(['a']);

  await process.end('a');

  expect(process.resumed).toEqual(['a', 'b']);
});

test('the next suspect has its turn when the time of a trial is over, ended or not', async () => {
  const process = await new Process(await diskAfter(3, ['a', 'b'])).begin(['a', 'b']);
  await process.trialEnds();

  await process.trialEnds();

  expect(process.resumed).toEqual(['a', 'b']);
});

test('a suspect that cannot be taken up ends the recovery, however late that shows', async () => {
  const process = new Process(await diskAfter(2, ['suspect']));
  let refuse: (error: Error) => void = () => undefined;
  process.takesUp = new Promise((_, reject) => {
    refuse = reject;
  });
  await process.begin(['suspect']);
  await process.trialEnds();
  expect(process.resumed).toEqual(['suspect']);
  await process.trialEnds();

  refuse(new Error('cannot be read'));

  await expect(process.tried).rejects.toThrow('cannot be read');
});

test('a death is blamed on the one on trial, not on those that were held back or have passed', async () => {
  const disk = await diskAfter(3, ['a', 'b', 'c']);
  const dying = await new Process(disk).begin(['a', 'b', 'c']);
  await dying.trialEnds();
  await dying.trialEnds();
  expect(dying.resumed).toEqual(['a', 'b']);

  const next = await new Process(disk).begin(['a', 'b', 'c']);

  expect([...next.givenUp]).toEqual([['b', CRASHES_MAX + 1]]);
});

test('a process that dies before it has tried anybody blames no suspect', async () => {
  const disk = await diskAfter(3, ['a']);
  for (let i = 0; i < 5; i++) await new Process(disk).begin(['a']);

  const process = await new Process(disk).begin(['a']);

  expect(process.givenUp.size).toBe(0);
});

test('a stop in order blames nobody', async () => {
  const disk = await diskAfter(1, ['a']);
  for (let i = 0; i < 5; i++) await (await new Process(disk).begin(['a'])).stop();

  const process = await new Process(disk).begin(['a']);

  expect(process.resumed).toEqual(['a']);
});

test('deaths are forgotten when what was in flight has ended', async () => {
  const disk = await diskAfter(1, ['a']);
  for (let i = 0; i < 5; i++) await (await new Process(disk).begin(['a'])).end('a');

  const process = await new Process(disk).begin(['a']);

  expect(process.resumed).toEqual(['a']);
});
