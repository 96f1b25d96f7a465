import { defineConfig } from 'vitest/config';

const NEEDS_REDIS = ['test/store/redis*.test.ts'];
/** The simulation's own proof: of the simulation alone, and too long for each change. */
const PLANTED = 'test/simulation/planted.test.ts';

/** `quick` needs nothing but Node and takes under a minute; `full` starts real processes, servers and clients. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'quick',
          include: ['test/{unit,store,conformance}/**/*.test.ts', 'test/*.test.ts'],
          exclude: NEEDS_REDIS,
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'full',
          include: ['test/{simulation,fault,integration,replay,redis}/**/*.test.ts', ...NEEDS_REDIS],
          exclude: [PLANTED],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      { test: { name: 'planted', include: [PLANTED] } },
    ],
  },
});
