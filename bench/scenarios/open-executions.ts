import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Measurement } from '../measurement.ts';
import type { Figures } from '../result.ts';
import { inRunDirectory } from '../run-directory.ts';
import { median } from '../stats.ts';
import { startRedis } from '../targets/redis-server.ts';
import { openRedstep } from '../targets/redstep.ts';
import type { Session } from '../targets/target.ts';
import { seq2 } from './seq2.ts';

const FEW = 1_000;
const IN_FLIGHT = 256;
const WARM_UP_SECONDS = 2;

export interface OpenExecutionsOptions {
  readonly waits: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly directory: string;
}

/**
 * What `seq2` costs beside `waits` open executions, and beside a thousand, on Redis with everysec. Both stand side by
 * side and are measured in turn: the machine's moods strike both.
 */
export function measureOpenExecutions(options: OpenExecutionsOptions): Promise<Figures> {
  return inRunDirectory(options.directory, (directory) => measure({ ...options, directory }));
}

async function measure({ waits, rounds, seconds, directory }: OpenExecutionsOptions): Promise<Figures> {
  const open = async (count: number): Promise<Session> => {
    const own = join(directory, String(count));
    mkdirSync(own);
    const redis = await startRedis(own, 'everysec');
    return openRedstep(seq2, { directory: own, profileDir: undefined, redis, waits: count });
  };
  const few = await open(FEW);
  const many = await open(waits);
  const measured: { few: Measurement; many: Measurement }[] = [];
  for (let round = 1; round <= rounds; round++) {
    const load = { inFlight: IN_FLIGHT, warmUpSeconds: WARM_UP_SECONDS, seconds };
    measured.push({ few: await few.measure(load), many: await many.measure(load) });
  }
  await Promise.all([few.close(), many.close()]);
  return figuresOf(waits, measured);
}

function figuresOf(waits: number, rounds: readonly { few: Measurement; many: Measurement }[]): Figures {
  const middle = (read: (round: { few: Measurement; many: Measurement }) => number): number => median(rounds.map(read));
  const cpu = ({ cpuMicros }: Measurement): number => Object.values(cpuMicros).reduce((all, micros) => all + micros, 0);
  return {
    'executions open': waits,
    'executions/s, times those beside 1,000 open': middle(({ few, many }) => many.perSecond / few.perSecond),
    'CPU each, times that beside 1,000 open': middle(({ few, many }) => cpu(many) / cpu(few)),
    'executions/s': middle(({ many }) => many.perSecond),
    'executions/s beside 1,000 open': middle(({ few }) => few.perSecond),
    'CPU µs each': middle(({ many }) => cpu(many)),
    'CPU µs each beside 1,000 open': middle(({ few }) => cpu(few)),
    'memory of Redis, MiB': middle(({ many }) => many.rssMib),
  };
}
