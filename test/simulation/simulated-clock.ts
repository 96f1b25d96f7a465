import type { Clock } from '../../runtime/ports/clock.ts';
import type { ProcessLife } from './process-life.ts';
import type { SimulatedTime } from './simulated-time.ts';

/** How a machine's clocks differ from the world's time. */
export interface ClockFaults {
  /** How far its time of day is ahead, in milliseconds. */
  readonly aheadMs: number;
  /** How fast its monotonic clock goes: 1 is right. */
  readonly rate: number;
}

export const RIGHT_CLOCK: ClockFaults = { aheadMs: 0, rate: 1 };

/** The clock that one life of a process sees: after its end nothing rings any more, and while it is frozen nothing yet. */
export function simulatedClock(time: SimulatedTime, life: ProcessLife, { aheadMs, rate }: ClockFaults): Clock {
  const ring = (atMs: number, run: () => void): (() => void) => {
    if (!life.reach('a timer')) return () => undefined;
    let wanted = true;
    const cancel = time.at(atMs - aheadMs, () => life.pass(() => wanted && run()));
    return () => {
      wanted = false;
      cancel();
    };
  };
  return {
    now: () => Math.floor(time.nowMs + aheadMs),
    elapsed: () => time.nowMs * rate,
    at: ring,
    soon: (run) => void ring(time.nowMs + aheadMs, run),
  };
}
