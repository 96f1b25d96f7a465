import { randomInt } from 'node:crypto';
import { test } from 'vitest';
import { Cluster } from './cluster.ts';
import { OneProcess } from './one-process.ts';
import { Simulator } from './simulator.ts';
import type { Surroundings, System } from './system.ts';

const { REDSTEP_SEED, REDSTEP_SEEDS } = process.env;

/**
 * How many seeds one run of the tests tries: the same ones each time, so that what fails is what a change has broken.
 * REDSTEP_SEEDS asks for so many new ones instead: for nights, and after each change of what they are about.
 */
const SEEDS = { oneProcess: 1_500, nodes: 700 };
const FIRST_SEED = 20_261_124;

/** A failure names its seed: REDSTEP_SEED replays it. */
function simulate(claim: string, seedsByDefault: number, put: (around: Surroundings) => System): void {
  const first = Number(REDSTEP_SEED ?? (REDSTEP_SEEDS === undefined ? FIRST_SEED : randomInt(2 ** 31)));
  const count = REDSTEP_SEED === undefined ? Number(REDSTEP_SEEDS ?? seedsByDefault) : 1;
  const SEED_MS_MAX = 2_000;
  test(`${claim} (${count} seeds from ${first})`, { timeout: 60_000 + count * SEED_MS_MAX }, async () => {
    for (let i = 0; i < count; i++) await new Simulator(first + i, put).run();
  });
}

simulate(
  'whatever fails, nothing is lost, nothing happens twice, all ends',
  SEEDS.oneProcess,
  (around) => new OneProcess(around),
);

simulate(
  'whichever node crashes, freezes or stops, nothing is lost, nothing happens twice, all ends',
  SEEDS.nodes,
  (around) => new Cluster(around),
);
