import { randomInt } from 'node:crypto';
import { test } from 'vitest';
import { Simulator } from './simulator.ts';

const { REDSTEP_SEED, REDSTEP_SEEDS } = process.env;

/** How many seeds one run of the tests tries, unless REDSTEP_SEEDS says otherwise: new ones each time. */
const SEEDS = 2_000;

/** A failure names its seed: REDSTEP_SEED replays it. */
const seeds =
  REDSTEP_SEED === undefined
    ? { first: randomInt(2 ** 31), count: Number(REDSTEP_SEEDS ?? SEEDS) }
    : { first: Number(REDSTEP_SEED), count: 1 };

test(`whatever fails, nothing is lost, nothing happens twice, all ends (${seeds.count} seeds from ${seeds.first})`, async () => {
  for (let i = 0; i < seeds.count; i++) await new Simulator(seeds.first + i).run();
});
