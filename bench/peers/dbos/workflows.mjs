import { DBOS } from '@dbos-inc/dbos-sdk';

/** The bench's workflows as DBOS has them; steps do nothing, as users write it. */

const noop = async (event) => event;
const step = (name, event) => DBOS.runStep(() => noop(event), { name });

const register = (name, run) => DBOS.registerWorkflow(run, { name });

const workflows = {
  nop: register('nop', async (input) => input),
  seq2: register('seq2', async (input) => await step('Second', await step('First', input))),
  par10: register('par10', (input) =>
    Promise.all(Array.from({ length: 10 }, (_, branch) => step(`Task${branch}`, input))),
  ),
  map100: register('map100', (items) => Promise.all(items.map((item, index) => step(`Task${index}`, item)))),
};

/** Connects, makes its tables, and answers the function that runs a workflow to its durable end. */
export async function launch({ databaseUrl, poolSize, workflow }) {
  DBOS.setConfig({
    name: 'bench',
    systemDatabaseUrl: databaseUrl,
    systemDatabasePoolSize: poolSize,
    logLevel: 'error',
  });
  await DBOS.launch();
  return workflows[workflow];
}

export const shutdown = () => DBOS.shutdown();
