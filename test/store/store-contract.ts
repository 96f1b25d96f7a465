import { afterEach, describe, expect, test } from 'vitest';
import { type ExecutionStatus, Fenced, type Store } from '../../runtime/ports/store.ts';
import { logText, StoreOwner, text } from './store-owner.ts';

/** Where a store keeps its data: it can be opened, closed and opened again. */
export interface StorePlace {
  open(): Store | Promise<Store>;
  /** Removes what is there; the stores are closed. */
  remove(): void | Promise<void>;
}

/** What every store promises. One adapter's test is `describeStore(name, createPlace)`. */
export function describeStore(name: string, createPlace: () => StorePlace): void {
  const teardown: (() => unknown)[] = [];
  afterEach(async () => {
    for (const undo of teardown.splice(0).reverse()) await undo();
  });

  async function setup(): Promise<{ store: Store; owner: StoreOwner; reopen: () => Promise<Store> }> {
    const place = createPlace();
    teardown.push(() => place.remove());
    const open = async (): Promise<Store> => {
      const opened = await place.open();
      teardown.push(() => opened.close());
      return opened;
    };
    const store = await open();
    const reopen = async (): Promise<Store> => {
      await store.close();
      return open();
    };
    return { store, owner: await StoreOwner.take(store), reopen };
  }

  describe(`${name}: lease`, () => {
    test('the first lease of a partition has commit number 0', async () => {
      const { store } = await setup();

      const lease = await store.acquireLease(0, 'second');

      expect(lease).toEqual({ partition: 0, holder: 'second', epoch: 2, commitNumber: 0 });
    });

    test('a new lease goes on from the last commit in a higher epoch', async () => {
      const { store, owner } = await setup();
      const { epoch } = await owner.commit([]);
      await owner.commit([]);

      const lease = await store.acquireLease(0, 'next');

      expect(lease.commitNumber).toBe(2);
      expect(lease.epoch).toBeGreaterThan(epoch);
    });

    test('an epoch is not used again after closing and opening', async () => {
      const { owner, reopen } = await setup();
      const { epoch } = await owner.commit([]);

      const lease = await (await reopen()).acquireLease(0, 'owner');

      expect(lease.epoch).toBeGreaterThan(epoch);
      expect(lease.commitNumber).toBe(1);
    });

    test('a new lease fences the owner before it', async () => {
      const { store, owner } = await setup();
      await StoreOwner.take(store, 'next');

      await expect(owner.commit([{ key: 'a' }])).rejects.toThrow(Fenced);
      expect(await store.readLog('a')).toBeUndefined();
    });

    test('a new lease of the same holder fences its older one', async () => {
      const { store, owner } = await setup();
      await StoreOwner.take(store, 'owner');

      await expect(owner.commit([])).rejects.toThrow(Fenced);
    });

    test.each([
      ['epoch', { epoch: 99 }],
      ['holder', { holder: 'another' }],
      ['number above the next', { number: 3 }],
      ['number below the last', { number: -1 }],
      ['partition', { partition: 7 }],
    ])('a commit with a wrong %s is fenced and writes nothing', async (_, wrong) => {
      const { store, owner } = await setup();
      await owner.commit([]);

      const commit = { ...owner.prepare([{ key: 'a' }], [['record', 'value']]), ...wrong };

      await expect(store.commitTurns(commit)).rejects.toThrow(Fenced);
      expect(await store.readLog('a')).toBeUndefined();
      expect(await store.readRecord('record')).toBeUndefined();
      await owner.commit([{ key: 'a' }]);
    });

    test('before any lease, a commit is fenced', async () => {
      const place = createPlace();
      const store = await place.open();
      teardown.push(
        () => place.remove(),
        () => store.close(),
      );
      const commit = { partition: 0, epoch: 0, holder: '', number: 1, executions: [], records: [] };

      await expect(store.commitTurns(commit)).rejects.toThrow(Fenced);
    });
  });

  describe(`${name}: commit`, () => {
    test('a commit of nothing counts', async () => {
      const { store, owner } = await setup();

      await owner.commit([]);
      await owner.commit([]);

      expect((await store.acquireLease(0, 'next')).commitNumber).toBe(2);
    });

    test('the same commit again resolves without effect', async () => {
      const { store, owner } = await setup();
      const commit = await owner.commit([{ key: 'a', appended: 'one' }], [['record', 'one']]);
      const again = owner.prepare([{ key: 'a', appended: 'two' }], [['record', 'two']]);

      await store.commitTurns({ ...again, number: commit.number });

      expect(await logText(store, 'a')).toEqual(['one']);
      expect(text(await store.readRecord('record'))).toBe('one');
      await owner.commit([{ key: 'a', appended: 'three' }]);
      expect(await logText(store, 'a')).toEqual(['onethree']);
    });

    test('all of a commit is there when it resolves', async () => {
      const { store, owner } = await setup();

      await owner.commit(
        [
          { key: 'a', appended: 'A', wake: 0 },
          { key: 'b', appended: 'B', wake: 5 },
        ],
        [['record', 'value']],
      );

      expect(await logText(store, 'a')).toEqual(['A']);
      expect(await logText(store, 'b')).toEqual(['B']);
      expect(await list(store)).toEqual(['b', 'a']);
      expect(await wakeUps(store)).toEqual(['0 a', '5 b']);
      expect(text(await store.readRecord('record'))).toBe('value');
    });

    test('a commit that cannot be written leaves no part of itself', async () => {
      const { store, owner } = await setup();
      const commit = owner.prepare([{ key: 'a', wake: 1 }], [['record', 'value']]);
      const [execution] = commit.executions;
      const broken = { ...execution, get log(): never { throw new RangeError('unreadable'); } }; // biome-ignore format: one thing

      const attempt = store.commitTurns({ ...commit, executions: [execution, broken] as typeof commit.executions });

      await expect(attempt).rejects.toThrow('unreadable');
      expect(await store.readLog('a')).toBeUndefined();
      expect(await wakeUps(store)).toEqual([]);
      await owner.commit([{ key: 'a' }], [['record', 'value']]);
      expect(await logText(store, 'a')).toEqual(['.']);
    });

    test('what has been committed is there after closing and opening', async () => {
      const { owner, reopen } = await setup();
      await owner.commit([{ key: 'a', appended: 'one', wake: 7 }], [['record', 'value']]);
      await owner.commit([{ key: 'a', appended: 'two', chunk: 1 }]);

      const store = await reopen();

      expect(await logText(store, 'a')).toEqual(['one', 'two']);
      expect(await list(store)).toEqual(['a']);
      expect(await wakeUps(store)).toEqual(['7 a']);
      expect(text(await store.readRecord('record'))).toBe('value');
    });

    test('an execution of an earlier opening goes on', async () => {
      const { owner, reopen } = await setup();
      await owner.commit([{ key: 'a', appended: 'one' }]);
      const later = owner.prepare([{ key: 'a', appended: 'two', status: 'SUCCEEDED', stopMs: 9 }]);

      const store = await reopen();
      const { epoch, holder } = await store.acquireLease(0, 'next');
      await store.commitTurns({ ...later, epoch, holder });
      await store.commitTurns({ ...(await StoreOwner.take(store)).prepare([{ key: 'b', appended: 'other' }]) });

      expect(await logText(store, 'a')).toEqual(['onetwo']);
      expect(await logText(store, 'b')).toEqual(['other']);
    });

    test('close waits for the commit under way', async () => {
      const { store, owner, reopen } = await setup();
      const commit = store.commitTurns(owner.prepare([{ key: 'a', appended: 'one' }]));

      const opened = await reopen();

      await commit;
      expect(await logText(opened, 'a')).toEqual(['one']);
    });

    test('closing twice is closing once', async () => {
      const { store } = await setup();

      await store.close();

      await expect(store.close()).resolves.toBeUndefined();
    });

    test('bytes given to a commit are the caller’s again when it resolves', async () => {
      const { store, owner } = await setup();
      const commit = owner.prepare([{ key: 'a', appended: 'one' }], [['record', 'value']]);
      await store.commitTurns(commit);

      commit.executions[0]?.log.appended.fill(0);
      commit.records[0]?.value?.fill(0);

      expect(await logText(store, 'a')).toEqual(['one']);
      expect(text(await store.readRecord('record'))).toBe('value');
    });
  });

  describe(`${name}: log`, () => {
    test('an execution that never started has no log', async () => {
      const { store } = await setup();

      expect(await store.readLog('nobody')).toBeUndefined();
      expect(await store.readLogEnds('nobody')).toBeUndefined();
    });

    test('what is appended to a chunk follows what it held', async () => {
      const { store, owner } = await setup();

      for (const appended of ['one ', 'two ', 'three']) await owner.commit([{ key: 'a', appended }]);

      expect(await logText(store, 'a')).toEqual(['one two three']);
    });

    test('a higher chunk number starts a new chunk', async () => {
      const { store, owner } = await setup();

      await owner.commit([{ key: 'a', appended: 'one' }]);
      await owner.commit([{ key: 'a', appended: 'two', chunk: 1 }]);
      await owner.commit([{ key: 'a', appended: '+' }]);
      await owner.commit([{ key: 'a', appended: 'three', chunk: 2 }]);

      expect(await logText(store, 'a')).toEqual(['one', 'two+', 'three']);
    });

    test('more chunks than a byte can count stay in order', async () => {
      const { store, owner } = await setup();

      const chunks = Array.from({ length: 300 }, (_, chunk) => chunk);
      for (const chunk of chunks) await owner.commit([{ key: 'a', appended: `${chunk}`, chunk }]);

      expect(await logText(store, 'a')).toEqual(chunks.map(String));
    });

    test('the ends of a log are its first and last chunk, whole', async () => {
      const { store, owner } = await setup();
      for (const [chunk, appended] of ['a', 'b', 'c'].entries()) {
        await owner.commit([{ key: 'a', appended, chunk }]);
        await owner.commit([{ key: 'a', appended: appended.toUpperCase() }]);
      }

      const ends = await store.readLogEnds('a');

      expect([text(ends?.first), text(ends?.last)]).toEqual(['aA', 'cC']);
    });

    test('the ends of a log of one chunk are the same', async () => {
      const { store, owner } = await setup();
      await owner.commit([{ key: 'a', appended: 'one' }]);

      const ends = await store.readLogEnds('a');

      expect([text(ends?.first), text(ends?.last)]).toEqual(['one', 'one']);
    });

    test('logs whose keys begin alike are not mixed', async () => {
      const { store, owner } = await setup();
      const keys = ['a', 'aa', 'a\u0000', 'ab', 'b'];

      await owner.commit(keys.map((key) => ({ key, appended: `<${key}>` })));
      await owner.commit(keys.map((key) => ({ key, appended: '2', chunk: 1 })));

      for (const key of keys) expect(await logText(store, key)).toEqual([`<${key}>`, '2']);
    });

    test('bytes read stay as they are when others are read', async () => {
      const { store, owner } = await setup();
      const large = 'x'.repeat(200_000);
      await owner.commit([
        { key: 'a', appended: large },
        { key: 'b', appended: 'b' },
      ]);

      const [first] = (await store.readLog('a')) ?? [];
      await store.readLog('b');
      await owner.commit([{ key: 'b', appended: 'more' }]);

      expect(text(first)).toBe(large);
    });
  });

  describe(`${name}: listing`, () => {
    test('newest start comes first, of equal ones the greater key', async () => {
      const { store, owner } = await setup();

      await owner.commit([
        { key: 'b', startMs: 10 },
        { key: 'old', startMs: 9 },
        { key: 'c', startMs: 10 },
        { key: 'latest', startMs: Date.UTC(9999, 11, 31) },
        { key: 'a', startMs: 10 },
        { key: 'soon', startMs: 2 ** 40 },
      ]);

      expect(await list(store)).toEqual(['latest', 'soon', 'c', 'b', 'a', 'old']);
    });

    test('an entry shows all of itself', async () => {
      const { store, owner } = await setup();
      const change = {
        key: 'a',
        machineKey: 'm',
        status: 'FAILED',
        startMs: 1_700_000_000_001,
        stopMs: 1_700_000_000_999,
      } as const;

      await owner.commit([change]);

      expect(await store.listExecutions({ machineKey: 'm', status: undefined, limit: 9, after: undefined })).toEqual([
        { executionKey: 'a', machineKey: 'm', status: 'FAILED', startMs: 1_700_000_000_001, stopMs: 1_700_000_000_999 },
      ]);
    });

    test('an entry moves from one status to another', async () => {
      const { store, owner } = await setup();
      await owner.commit([{ key: 'a' }, { key: 'b' }]);

      await owner.commit([{ key: 'a', status: 'SUCCEEDED', stopMs: 2_000 }]);

      expect(await list(store, { status: 'RUNNING' })).toEqual(['b']);
      expect(await list(store, { status: 'SUCCEEDED' })).toEqual(['a']);
      expect(await list(store)).toEqual(['b', 'a']);
    });

    test('an entry comes back to a status it had', async () => {
      const { store, owner } = await setup();
      await owner.commit([{ key: 'a' }]);
      await owner.commit([{ key: 'a', status: 'FAILED', stopMs: 2_000 }]);

      await owner.commit([{ key: 'a', status: 'RUNNING' }]);

      expect(await list(store, { status: 'RUNNING' })).toEqual(['a']);
      expect(await list(store, { status: 'FAILED' })).toEqual([]);
    });

    test('each state machine has its own, also when their keys begin alike', async () => {
      const { store, owner } = await setup();
      const machines = ['m', 'mm', 'm\u0000', '', 'n'];

      await owner.commit(machines.map((machineKey) => ({ key: `of ${machineKey}`, machineKey })));

      for (const machineKey of machines) expect(await list(store, { machineKey })).toEqual([`of ${machineKey}`]);
      expect(await list(store, { machineKey: 'unknown' })).toEqual([]);
    });

    test.each<[string, ExecutionStatus | undefined]>([
      ['one status', 'SUCCEEDED'],
      ['all statuses', undefined],
    ])('pages of %s follow each other without a gap or a repetition', async (_, status) => {
      const { store, owner } = await setup();
      const statuses = [
        'SUCCEEDED',
        'SUCCEEDED',
        'RUNNING',
        'FAILED',
        'TIMED_OUT',
        'ABORTED',
        'PENDING_REDRIVE',
      ] as const;
      await owner.commit(
        Array.from({ length: 40 }, (_, i) => ({ key: `e${i}`, startMs: i >> 2, status: statuses[i % 7] ?? 'RUNNING' })),
      );
      const whole = await list(store, { status });

      const pages: string[] = [];
      let after: { startMs: number; executionKey: string } | undefined;
      for (;;) {
        const page = await store.listExecutions({ machineKey: 'machine', status, limit: 3, after });
        pages.push(...page.map((entry) => entry.executionKey));
        after = page.at(-1);
        if (page.length < 3) break;
      }

      expect(pages).toEqual(whole);
      expect(new Set(pages).size).toBe(status === undefined ? 40 : 12);
    });

    test('a page may begin behind an entry that is gone from its status', async () => {
      const { store, owner } = await setup();
      await owner.commit([
        { key: 'a', startMs: 1 },
        { key: 'b', startMs: 2 },
        { key: 'c', startMs: 3 },
      ]);
      await owner.commit([{ key: 'b', status: 'ABORTED' }]);

      const page = await list(store, { status: 'RUNNING', after: { startMs: 2, executionKey: 'b' } });

      expect(page).toEqual(['a']);
    });
  });

  describe(`${name}: wake-ups`, () => {
    test('earliest comes first, of equal ones the lesser key; active ones are at 0', async () => {
      const { store, owner } = await setup();

      await owner.commit([
        { key: 'z', wake: 5 },
        { key: 'late', wake: Date.UTC(9999, 11, 31) },
        { key: 'b', wake: 300 },
        { key: 'active', wake: 0 },
        { key: 'a', wake: 300 },
        { key: 'asleep' },
      ]);

      expect(await wakeUps(store)).toEqual(['0 active', '5 z', '300 a', '300 b', '253402214400000 late']);
    });

    test('only those at or before the time asked for are given', async () => {
      const { store, owner } = await setup();
      await owner.commit([
        { key: 'a', wake: 9 },
        { key: 'b', wake: 10 },
        { key: 'c', wake: 11 },
      ]);

      expect(await wakeUps(store, { untilMs: 10 })).toEqual(['9 a', '10 b']);
      expect(await wakeUps(store, { untilMs: 0 })).toEqual([]);
    });

    test('a wake-up moves, goes and comes back', async () => {
      const { store, owner } = await setup();
      await owner.commit([{ key: 'a', wake: 0 }]);
      const seen: (readonly string[])[] = [];

      for (const wake of [70, 'none', 0, 0, 'none', 12] as const) {
        await owner.commit([{ key: 'a', wake }]);
        seen.push(await wakeUps(store));
      }

      expect(seen).toEqual([['70 a'], [], ['0 a'], ['0 a'], [], ['12 a']]);
    });

    test('pages follow each other without a gap or a repetition', async () => {
      const { store, owner } = await setup();
      await owner.commit(Array.from({ length: 25 }, (_, i) => ({ key: `e${i}`, wake: i >> 2 })));
      const whole = await wakeUps(store);

      const pages: string[] = [];
      let after: { atMs: number; executionKey: string } | undefined;
      for (;;) {
        const page = await store.readWakeUps({ partition: 0, untilMs: 100, limit: 4, after });
        pages.push(...page.map(({ atMs, executionKey }) => `${atMs} ${executionKey}`));
        after = page.at(-1);
        if (page.length < 4) break;
      }

      expect(pages).toEqual(whole);
      expect(pages).toHaveLength(25);
    });

    test('those of another partition are not given', async () => {
      const { store, owner } = await setup();
      await owner.commit([{ key: 'a', wake: 0 }]);

      expect(await store.readWakeUps({ partition: 1, untilMs: 9, limit: 9, after: undefined })).toEqual([]);
    });
  });

  describe(`${name}: records`, () => {
    test('a record is what was written last', async () => {
      const { store, owner } = await setup();

      await owner.commit([], [['a', 'one']]);
      await owner.commit([], [['a', 'two']]);

      expect(text(await store.readRecord('a'))).toBe('two');
      expect(await store.readRecord('b')).toBeUndefined();
    });

    test('a record of no bytes is a record', async () => {
      const { store, owner } = await setup();

      await owner.commit([], [['a', '']]);

      expect(text(await store.readRecord('a'))).toBe('');
    });

    test('a record that is removed is gone', async () => {
      const { store, owner } = await setup();
      await owner.commit([], [['a', 'one'], ['b', 'two']]); // biome-ignore format: a row

      await owner.commit([], [['a'], ['never there']]);

      expect(await store.readRecord('a')).toBeUndefined();
      expect(await records(store, '')).toEqual(['b=two']);
    });

    test('a prefix gives what begins with it, in order of key', async () => {
      const { store, owner } = await setup();
      await owner.commit(
        [],
        ['p/b', 'q', 'p', 'p/', 'p/a/1', 'p0', 'o', 'p/a'].map((key) => [key, '1'] as const),
      );

      expect(await records(store, 'p/')).toEqual(['p/=1', 'p/a=1', 'p/a/1=1', 'p/b=1']);
      expect(await records(store, 'nothing')).toEqual([]);
    });

    test('pages follow each other, also from outside of the prefix', async () => {
      const { store, owner } = await setup();
      await owner.commit(
        [],
        ['a', 'p1', 'p2', 'p3', 'z'].map((key) => [key, '1'] as const),
      );

      expect(await records(store, 'p', { limit: 2 })).toEqual(['p1=1', 'p2=1']);
      expect(await records(store, 'p', { after: 'p2' })).toEqual(['p3=1']);
      expect(await records(store, 'p', { after: 'p2x' })).toEqual(['p3=1']);
      expect(await records(store, 'p', { after: 'a' })).toEqual(['p1=1', 'p2=1', 'p3=1']);
      expect(await records(store, 'p', { after: 'z' })).toEqual([]);
    });
  });

  describe(`${name}: keys`, () => {
    /** In order of their UTF-8 bytes, which is not that of JavaScript: the last two. */
    const KEYS = ['\u0000', '\u0001', ' ', 'A', 'a', 'a\u0000', 'a\u0000b', 'aa', 'é', 'ÿ', '漢', '\uffff', '😀'];

    test('any text is a key, and keys are in order of their UTF-8 bytes', async () => {
      const { store, owner } = await setup();
      const shuffled = KEYS.toSorted(
        (left, right) => ((left.length * 7 + left.charCodeAt(0)) % 5) - ((right.length * 3) % 5),
      );

      await owner.commit(shuffled.map((key) => ({ key, appended: key, wake: 1 })), shuffled.map((key) => [key, key])); // biome-ignore format: a row

      expect(await list(store)).toEqual(KEYS.toReversed());
      expect(await wakeUps(store)).toEqual(KEYS.map((key) => `1 ${key}`));
      expect(await records(store, '')).toEqual(KEYS.map((key) => `${key}=${key}`));
      for (const key of KEYS) expect(await logText(store, key)).toEqual([key]);
    });

    test('keys have up to 400 bytes', async () => {
      const { store, owner } = await setup();
      const key = '漢'.repeat(133);

      await owner.commit([{ key, machineKey: key, wake: 3 }], [[key, 'value']]);
      await owner.commit([{ key, status: 'ABORTED', wake: 4 }]);

      expect(await list(store, { machineKey: key })).toEqual([key]);
      expect(await wakeUps(store)).toEqual([`4 ${key}`]);
      expect(await records(store, key)).toEqual([`${key}=value`]);
    });
  });
}

async function list(store: Store, query: Partial<Parameters<Store['listExecutions']>[0]> = {}): Promise<string[]> {
  const entries = await store.listExecutions({
    machineKey: 'machine',
    status: undefined,
    limit: 1_000,
    after: undefined,
    ...query,
  });
  return entries.map((entry) => entry.executionKey);
}

async function wakeUps(store: Store, query: { readonly untilMs?: number } = {}): Promise<string[]> {
  const found = await store.readWakeUps({
    partition: 0,
    untilMs: Number.MAX_SAFE_INTEGER,
    limit: 1_000,
    after: undefined,
    ...query,
  });
  return found.map(({ atMs, executionKey }) => `${atMs} ${executionKey}`);
}

async function records(
  store: Store,
  prefix: string,
  query: { readonly limit?: number; readonly after?: string } = {},
): Promise<string[]> {
  const found = await store.readRecords({ prefix, limit: 1_000, after: undefined, ...query });
  return found.map(({ key, value }) => `${key}=${text(value)}`);
}
