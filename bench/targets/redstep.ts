import { join } from 'node:path';
import { startDriver } from './driver.ts';
import type { Target } from './target.ts';

/** Redstep as a library: engine, functions and load in one process, which keeps its data in LMDB. */
export const redstep: Target = {
  name: 'redstep',
  boundary: 'nothing: engine, functions and load driver share a process',
  open: (workflow, { directory, profileDir }) =>
    startDriver(new URL('redstep-driver.js', import.meta.url), {
      setup: { workflow, dataDir: join(directory, 'redstep') },
      profileDir,
    }),
};
