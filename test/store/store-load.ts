import type { Store } from '../../runtime/ports/store.ts';
import { type StoreOwner, text } from './store-owner.ts';

/**
 * A commit that can be checked: it starts an execution `e<number>` with a log of `bytes` bytes, goes on with the one
 * before it, and notes its number in the record `last`. Resolves to the number.
 */
export async function commitLoad(owner: StoreOwner, bytes: number): Promise<number> {
  const { number } = owner.prepare([]);
  const changes = [{ key: `e${number}`, appended: logOf(number, bytes), startMs: number, wake: number }];
  const before = { key: `e${number - 1}`, appended: '.', status: 'SUCCEEDED', wake: 'none' } as const;
  await owner.commit(number === 1 ? changes : [...changes, before], [['last', String(number)]]);
  return number;
}

/** The number of the last commit that a store holds. Throws when it, or one before it, is not there whole. */
export async function checkLoad(store: Store): Promise<number> {
  const number = Number(text(await store.readRecord(0, 'last')) ?? 0);
  const entries = await store.listExecutions({
    machineKey: 'machine',
    status: undefined,
    limit: 1e9,
    after: undefined,
  });
  const wakeUps = await store.readWakeUps({ partition: 0, untilMs: 1e9, limit: 1e9, after: undefined });
  expectEqual(entries.map(({ startMs, status }) => `${startMs} ${status}`).join(), expectedListing(number));
  expectEqual(wakeUps.map(({ executionKey }) => executionKey).join(), number === 0 ? '' : `e${number}`);
  for (let each = 1; each <= number; each++) {
    const chunks = await store.readLog(`e${each}`);
    const log = text(chunks?.[0]) ?? '';
    const expected = logOf(each, log.length - (each < number ? 1 : 0)) + (each < number ? '.' : '');
    expectEqual(log, expected);
  }
  expectEqual(await store.readLog(`e${number + 1}`), undefined);
  return number;
}

function logOf(number: number, bytes: number): string {
  return `${number}:`.padEnd(bytes, 'x');
}

function expectedListing(number: number): string {
  return Array.from({ length: number }, (_, i) => `${number - i} ${i === 0 ? 'RUNNING' : 'SUCCEEDED'}`).join();
}

function expectEqual(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new RangeError(`the store holds ${brief(actual)}, not ${brief(expected)}`);
}

function brief(value: unknown): string {
  const whole = String(value);
  return whole.length > 80 ? `${whole.slice(0, 80)}… (${whole.length})` : whole;
}
