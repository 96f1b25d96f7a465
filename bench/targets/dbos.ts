import { join } from 'node:path';
import type { DbosSetup } from './dbos-driver.ts';
import { startDriver } from './driver.ts';
import { installPeer } from './peer-package.ts';
import { startPostgres } from './postgres-server.ts';
import type { Target } from './target.ts';

/** Connections to PostgreSQL. DBOS's own default. */
const POOL_SIZE = 10;
const PACKAGE = { name: 'dbos', program: 'workflows.mjs', dependency: '@dbos-inc/dbos-sdk', license: 'MIT' };

/** DBOS from npm on a PostgreSQL of its own, each with its defaults: workflows and load in one process. */
export const dbos: Target = {
  name: 'dbos',
  boundary: 'start, each step and end: workflows–PostgreSQL (TCP)',
  open: async (workflow, { directory, profileDir }) => {
    const program = join(installPeer(PACKAGE), PACKAGE.program);
    const postgres = await startPostgres(directory);
    try {
      const setup: DbosSetup = {
        program,
        databaseUrl: postgres.url('dbos'),
        poolSize: POOL_SIZE,
        workflow: workflow.name,
        input: workflow.input,
        postgresPid: postgres.pid,
      };
      const driver = await startDriver(new URL('dbos-driver.js', import.meta.url), { setup, profileDir });
      return { measure: driver.measure, close: () => driver.close().finally(postgres.stop) };
    } catch (error) {
      await postgres.stop();
      throw error;
    }
  },
};
