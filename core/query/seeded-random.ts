/**
 * The generator of java.util.Random, which a seed determines wholly: the same seed draws the same numbers on every
 * machine. Source: the class's documentation ("linear congruential formula").
 */
const MULTIPLIER = 0x5deece66dn;
const MASK = (1n << 48n) - 1n;

/** The first number, uniform in [0, 1), that the seed draws. */
export function seededRandom(seed: number): number {
  const first = advance((BigInt(Math.trunc(seed)) ^ MULTIPLIER) & MASK);
  const second = advance(first);
  return (Number(first >> 22n) * 2 ** 27 + Number(second >> 21n)) / 2 ** 53;
}

function advance(state: bigint): bigint {
  return (state * MULTIPLIER + 11n) & MASK;
}
