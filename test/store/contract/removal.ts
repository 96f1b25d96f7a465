import { describe, expect, test } from 'vitest';
import type { EndedQuery, Store } from '../../../runtime/ports/store.ts';
import { type Change, logText } from '../store-owner.ts';
import { list, records, wakeUps } from './store-listings.ts';
import type { StoreSetup } from './store-setup.ts';

const ENDED = { status: 'SUCCEEDED', stopMs: 2_000, wake: 'none' } as const;

export function describeRemoval(name: string, setup: StoreSetup): void {
  describe(`${name}: removal`, () => {
    test('an execution that is removed leaves neither log nor entry', async () => {
      const { store, owner, reopen } = await setup();
      await owner.commit([{ key: 'a', appended: 'one', ...ENDED }, { key: 'b', ...ENDED }]); // biome-ignore format: a row
      await owner.commit([{ key: 'a', appended: 'two', chunk: 1 }]);
      await owner.commit([{ key: 'a', appended: 'three', chunk: 2 }]);

      await owner.remove(['a']);

      for (const open of [async () => store, reopen]) {
        const each = await open();
        expect(await each.readLog('a')).toBeUndefined();
        expect(await each.readLogEnds('a')).toBeUndefined();
        expect(await list(each)).toEqual(['b']);
        expect(await list(each, { status: 'SUCCEEDED' })).toEqual(['b']);
        expect(await ended(each)).toEqual(['b 0']);
        expect(await logText(each, 'b')).toEqual(['.']);
      }
    });

    test('what began and ended since the last merge goes, as does what is long there', async () => {
      const { owner, reopen } = await setup();
      await owner.commit([{ key: 'long there', wake: 5 }, { key: 'ended', ...ENDED }]); // biome-ignore format: a row
      const store = await reopen();
      const next = await owner.goOn(store);

      await next.commit([{ key: 'long there', ...ENDED }, { key: 'new', ...ENDED }]); // biome-ignore format: a row
      await next.remove(['new', 'long there', 'ended']);

      for (const open of [async () => store, () => store.close().then(reopen)]) {
        const each = await open();
        expect(await list(each)).toEqual([]);
        expect(await wakeUps(each)).toEqual([]);
        for (const key of ['new', 'long there', 'ended']) expect(await each.readLog(key)).toBeUndefined();
      }
    });

    test('a key that is free again has a log of its own', async () => {
      const { store, owner, reopen } = await setup();
      await owner.commit([{ key: 'a', appended: 'first', ...ENDED }]);
      await owner.commit([{ key: 'a', appended: 'its second chunk', chunk: 1 }]);
      await owner.remove(['a']);

      await owner.commit([{ key: 'a', appended: 'second', startMs: 3_000, wake: 7 }]);

      for (const open of [async () => store, reopen]) {
        const each = await open();
        expect(await logText(each, 'a')).toEqual(['second']);
        expect(await list(each)).toEqual(['a']);
        expect(await list(each, { status: 'SUCCEEDED' })).toEqual([]);
        expect(await wakeUps(each)).toEqual(['7 a']);
      }
    });

    test('a log that is read while it goes is all there, or not at all', async () => {
      const { store, owner } = await setup();
      const CHUNKS = 70; // more than are read at once
      for (let chunk = 0; chunk < CHUNKS; chunk++) await owner.commit([{ key: 'a', chunk, ...ENDED }]);

      const reading = store.readLog('a');
      const readingEnds = store.readLogEnds('a');
      await owner.remove(['a']);

      expect([undefined, CHUNKS]).toContain((await reading)?.length);
      const ends = await readingEnds;
      expect(ends === undefined || ends.last.length > 0).toBe(true);
    });

    test('a removal that is sent again changes nothing', async () => {
      const { store, owner } = await setup();
      await owner.commit([{ key: 'a', ...ENDED }]);
      const commit = await owner.remove(['a'], [{ hash: hash(1), untilHour: 5 }]);

      await store.commitTurns({ ...commit, names: [{ hash: hash(1), untilHour: undefined }] });

      expect(await store.readName(0, hash(1))).toBe(5);
      expect(await store.readLog('a')).toBeUndefined();
    });

    test('a removal goes with the turns and records of its commit', async () => {
      const { store, owner } = await setup();
      await owner.commit([{ key: 'a', ...ENDED }], [['of a', 'there']]);
      const removal = await owner.remove([]);
      const both = owner.prepare([{ key: 'b' }], [['of a']]);

      await store.commitTurns({
        ...both,
        removed: [{ entry: entryOf('a'), lastChunk: 0 }],
        names: removal.names ?? [],
      });

      expect(await list(store)).toEqual(['b']);
      expect(await records(store, '')).toEqual([]);
    });

    test('what has ended is read oldest start first, by when it ended, page by page', async () => {
      const { store, owner } = await setup();
      const starts = [40, 10, 30, 20, 20];
      const statuses = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'SUCCEEDED'] as const;
      await owner.commit(
        starts.map(
          (startMs, i): Change => ({
            ...ENDED,
            key: `e${i}`,
            startMs,
            stopMs: 100 - i,
            status: statuses[i] ?? 'FAILED',
          }),
        ),
      );
      await owner.commit([{ key: 'runs', startMs: 5 }, { ...ENDED, key: 'other', machineKey: 'other' }]); // biome-ignore format: a row
      await owner.commit([{ key: 'e2', chunk: 3 }]);

      expect(await ended(store)).toEqual(['e1 0', 'e3 0', 'e4 0', 'e2 3', 'e0 0']);
      expect(await ended(store, { stoppedUntilMs: 98 })).toEqual(['e3 0', 'e4 0', 'e2 3']);
      expect(await ended(store, { limit: 1 })).toEqual(['e1 0', 'e3 0', 'e4 0', 'e2 3', 'e0 0']);
      expect(await ended(store, { limit: 2, stoppedUntilMs: 97 })).toEqual(['e3 0', 'e4 0']);
      expect(await ended(store, { stoppedUntilMs: 25 })).toEqual([]);
      expect(await ended(store, { machineKey: 'other' })).toEqual(['other 0']);
      expect(await ended(store, { machineKey: 'unknown' })).toEqual([]);
    });

    test('a name stays taken until its hour, and is free when that is said', async () => {
      const { store, owner, reopen } = await setup();
      await owner.remove([], [{ hash: hash(1), untilHour: 500_000 }, { hash: hash(2), untilHour: 7 }]); // biome-ignore format: a row
      await owner.remove([], [{ hash: hash(2), untilHour: undefined }, { hash: hash(3), untilHour: undefined }]); // biome-ignore format: a row

      for (const open of [async () => store, reopen]) {
        const each = await open();
        expect(await each.readName(0, hash(1))).toBe(500_000);
        expect(await each.readName(0, hash(2))).toBeUndefined();
        expect(await each.readName(0, hash(3))).toBeUndefined();
        expect(await names(each, 10)).toEqual([`${hex(1)} 500000`]);
      }
    });

    test('all names that stay taken are found, page by page', async () => {
      const { store, owner } = await setup();
      const numbers = Array.from({ length: 40 }, (_, i) => i * 1_601);
      await owner.remove(
        [],
        numbers.map((number) => ({ hash: hash(number), untilHour: number + 1 })),
      );

      const expected = numbers.map((number) => `${hex(number)} ${number + 1}`).sort();
      expect(await names(store, 7)).toEqual(expected);
      expect(await names(store, 1_000)).toEqual(expected);
    });
  });
}

function entryOf(key: string) {
  return { executionKey: key, machineKey: 'machine', status: 'SUCCEEDED', startMs: 1_000, stopMs: 2_000 } as const;
}

/** Sixteen bytes, as different as those of a digest at both ends. */
function hash(number: number): Buffer {
  const bytes = Buffer.alloc(16, 0xf0);
  bytes.writeUInt16BE(number, 0);
  bytes.writeUInt16BE(number, 14);
  return bytes;
}

function hex(number: number): string {
  return hash(number).toString('hex');
}

async function ended(store: Store, query: Partial<EndedQuery> = {}): Promise<readonly string[]> {
  const found: string[] = [];
  let { after } = query;
  for (;;) {
    const page = await store.readEnded({
      partition: 0,
      machineKey: 'machine',
      stoppedUntilMs: 10_000,
      limit: 100,
      ...query,
      after,
    });
    found.push(...page.executions.map(({ entry, lastChunk }) => `${entry.executionKey} ${lastChunk}`));
    if (page.next === undefined) return found;
    after = page.next;
  }
}

async function names(store: Store, limit: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (let after: Uint8Array | undefined; ; ) {
    const page = await store.readNames({ partition: 0, limit, after });
    found.push(...page.names.map((name) => `${Buffer.from(name.hash).toString('hex')} ${name.untilHour}`));
    after = page.next;
    if (after === undefined) return found.sort();
  }
}
