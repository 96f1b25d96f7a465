import { setTimeout as sleep } from 'node:timers/promises';
import type { Load, Measurement } from './measurement.ts';
import { latencyHistogram } from './stats.ts';

/** What is read at both ends of the measured time. */
export interface Usage {
  /** CPU time used so far by each process, in microseconds. */
  readonly cpuMicros: { readonly [process: string]: number };
  readonly rssMib: number;
  /** Further counters, as they stand: differences are told. */
  readonly counters: { readonly [name: string]: number };
}

/**
 * Keeps `inFlight` executions under way. `runOne` resolves when its execution has ended well; what it throws ends the
 * measurement. Those under way at either end of the measured time count if they end in it.
 */
export async function closedLoop(
  runOne: () => Promise<void>,
  readUsage: () => Usage,
  load: Load,
): Promise<Measurement> {
  const latencies = latencyHistogram();
  let executions = 0;
  let open = true;
  const lane = async (): Promise<void> => {
    while (open) {
      const startedAt = performance.now();
      await runOne();
      executions++;
      latencies.record(Math.max(1, Math.round((performance.now() - startedAt) * 1e3)));
    }
  };
  const lanes = Promise.all(Array.from({ length: load.inFlight }, lane));
  const measured = (async () => {
    await sleep(load.warmUpSeconds * 1e3);
    latencies.reset();
    executions = 0;
    const before = readUsage();
    const startedAt = performance.now();
    await sleep(load.seconds * 1e3);
    const seconds = (performance.now() - startedAt) / 1e3;
    return {
      before,
      after: readUsage(),
      seconds,
      executions,
      p50: latencies.percentile(50),
      p99: latencies.percentile(99),
      max: latencies.max,
    };
  })();
  const result = await Promise.race([measured, lanes.then(() => measured)]);
  open = false;
  await lanes;
  const { before, after, seconds } = result;
  return {
    inFlight: load.inFlight,
    executions: result.executions,
    seconds,
    perSecond: result.executions / seconds,
    p50Ms: result.p50 / 1e3,
    p99Ms: result.p99 / 1e3,
    maxMs: result.max / 1e3,
    cpuMicros: differences(before.cpuMicros, after.cpuMicros, result.executions),
    rssMib: after.rssMib,
    details: differences(before.counters, after.counters, result.executions),
  };
}

type Counters = { readonly [name: string]: number };

function differences(before: Counters, after: Counters, executions: number): Counters {
  return Object.fromEntries(
    Object.entries(after).map(([name, value]) => [name, (value - (before[name] ?? 0)) / executions]),
  );
}
