import type { Clock } from './ports/clock.ts';

/** Longest delay that setTimeout takes; a longer one is set again. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  at(atMs, run) {
    let timer: NodeJS.Timeout;
    const set = (): void => {
      const delay = atMs - Date.now();
      timer = setTimeout(() => (delay > TIMEOUT_MS_MAX ? set() : run()), Math.min(Math.max(delay, 0), TIMEOUT_MS_MAX));
    };
    set();
    return () => clearTimeout(timer);
  },
  soon: (run) => void setImmediate(run),
};
