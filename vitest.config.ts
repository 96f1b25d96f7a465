import { defineConfig } from 'vitest/config';

/** `quick` needs nothing but Node and takes under a minute; `full` starts real processes, servers and clients. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'quick',
          include: ['test/{unit,store,conformance}/**/*.test.ts', 'test/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'full',
          include: ['test/{simulation,fault,integration,replay}/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
