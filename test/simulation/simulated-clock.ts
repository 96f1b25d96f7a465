import type { Clock } from '../../runtime/ports/clock.ts';
import type { ProcessLife } from './process-life.ts';
import type { SimulatedTime } from './simulated-time.ts';

/** The clock that one life of the process sees: after its crash nothing rings any more. */
export function simulatedClock(time: SimulatedTime, life: ProcessLife): Clock {
  const ring = (atMs: number, run: () => void): (() => void) => {
    if (!life.reach('a timer')) return () => undefined;
    return time.at(atMs, () => {
      if (life.alive) run();
    });
  };
  return {
    now: () => Math.floor(time.nowMs),
    elapsed: () => time.nowMs,
    at: ring,
    soon: (run) => void ring(time.nowMs, run),
  };
}
