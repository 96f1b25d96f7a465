import type { Store } from '../ports/store.ts';
import type { Partition } from './partition.ts';

/** Executions loaded at a time: starts and wake-ups get their turn in between. */
const BATCH = 256;

/**
 * Brings back the executions that were active when the process ended: their attempts are dispatched again, with the
 * same tokens, and unfinished steps go on. Executions that only waited are woken by their timers.
 */
export async function recover(store: Store, partition: Partition, partitionNumber: number): Promise<number> {
  let recovered = 0;
  for (let after: { atMs: number; executionKey: string } | undefined; ; ) {
    const active = await store.readWakeUps({ partition: partitionNumber, untilMs: 0, limit: BATCH, after });
    await Promise.all(active.map(({ executionKey }) => partition.resume(executionKey)));
    recovered += active.length;
    after = active.at(-1);
    if (after === undefined) return recovered;
  }
}
