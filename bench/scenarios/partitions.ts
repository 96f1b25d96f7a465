import type { Measurement } from '../measurement.ts';
import type { Figures } from '../result.ts';
import { inRunDirectory } from '../run-directory.ts';
import { median } from '../stats.ts';
import { startRedis } from '../targets/redis-server.ts';
import { openRedstep } from '../targets/redstep.ts';
import { seq2 } from './seq2.ts';

const PARTITIONS = [1, 4, 8, 16, 32, 64];
const IN_FLIGHT = [1, 64, 512];
const WARM_UP_SECONDS = 2;

export interface PartitionsOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly directory: string;
}

/**
 * What a number of partitions costs a node that owns them all: `seq2` on Redis with everysec. Each partition commits by
 * itself, so that the more there are the fewer executions share a commit; there can be no more nodes than partitions.
 */
export async function measurePartitions(options: PartitionsOptions): Promise<Figures> {
  const measured: { partitions: number; measurement: Measurement }[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    for (const partitions of PARTITIONS) {
      for (const measurement of await measure(partitions, options)) measured.push({ partitions, measurement });
    }
  }
  const figures: { [name: string]: number } = {};
  for (const partitions of PARTITIONS) {
    for (const inFlight of IN_FLIGHT) {
      const own = measured.filter((one) => one.partitions === partitions && one.measurement.inFlight === inFlight);
      const middle = (read: (measurement: Measurement) => number): number =>
        median(own.map(({ measurement }) => read(measurement)));
      const name = `${partitions} partitions, ${inFlight} in flight`;
      figures[`${name}: executions/s`] = middle(({ perSecond }) => perSecond);
      figures[`${name}: p50 ms`] = middle(({ p50Ms }) => p50Ms);
      figures[`${name}: CPU µs each`] = middle(({ cpuMicros }) => Object.values(cpuMicros).reduce((a, b) => a + b, 0));
    }
  }
  return figures;
}

function measure(partitions: number, { directory, seconds }: PartitionsOptions): Promise<Measurement[]> {
  return inRunDirectory(directory, async (own) => {
    const redis = await startRedis(own, 'everysec');
    const session = await openRedstep(seq2, { directory: own, profileDir: undefined, redis, partitions });
    const measurements: Measurement[] = [];
    try {
      for (const inFlight of IN_FLIGHT)
        measurements.push(await session.measure({ inFlight, warmUpSeconds: WARM_UP_SECONDS, seconds }));
    } finally {
      await session.close();
    }
    return measurements;
  });
}
