import type { Store } from '../../../runtime/ports/store.ts';
import { text } from '../store-owner.ts';

/** Keys of the executions listed, in their order. */
export async function list(
  store: Store,
  query: Partial<Parameters<Store['listExecutions']>[0]> = {},
): Promise<string[]> {
  const entries = await store.listExecutions({
    machineKey: 'machine',
    status: undefined,
    limit: 1_000,
    after: undefined,
    ...query,
  });
  return entries.map((entry) => entry.executionKey);
}

/** Wake-ups of partition 0 as `time key`, in their order. */
export async function wakeUps(store: Store, query: { readonly untilMs?: number } = {}): Promise<string[]> {
  const found = await store.readWakeUps({
    partition: 0,
    untilMs: Number.MAX_SAFE_INTEGER,
    limit: 1_000,
    after: undefined,
    ...query,
  });
  return found.map(({ atMs, executionKey }) => `${atMs} ${executionKey}`);
}

/** Records as `key=text`, in their order. */
export async function records(
  store: Store,
  prefix: string,
  query: { readonly limit?: number; readonly after?: string } = {},
): Promise<string[]> {
  const found = await store.readRecords({ partition: 0, prefix, limit: 1_000, after: undefined, ...query });
  return found.map(({ key, value }) => `${key}=${text(value)}`);
}
