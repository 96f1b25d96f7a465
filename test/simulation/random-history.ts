import type { HistoryOptions } from '../../runtime/partition/history-policies.ts';
import type { Dice } from './dice.ts';

/** Longer than any client insists: who asks again within that finds what it has begun. */
const MIN_AGE_MS = 40_000;

/** How long what has ended is kept: in some of the simulations so short that it goes while others still run. */
export function randomHistory(dice: Dice): Partial<HistoryOptions> {
  if (dice.chance(0.6)) return {};
  const retentionMs = dice.pick([MIN_AGE_MS, 120_000, 3_600_000]);
  return { retentionMs, bytesMax: dice.pick([undefined, 1, 20_000]), minAgeMs: MIN_AGE_MS };
}
