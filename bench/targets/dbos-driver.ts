import { pathToFileURL } from 'node:url';
import type { Json } from '../../core/json.ts';
import { closedLoop, type Usage } from '../closed-loop.ts';
import { treeCpuMicros, treeMemoryMib } from '../proc.ts';
import { driverSetup, serveLoads } from './driver.ts';

/** DBOS is a library: it runs in the process that drives it. */

export interface DbosSetup {
  /** The installed `workflows.mjs`. */
  readonly program: string;
  readonly databaseUrl: string;
  readonly poolSize: number;
  readonly workflow: string;
  readonly input: Json;
  readonly postgresPid: number;
}

interface Dbos {
  launch(options: DbosSetup): Promise<(input: Json) => Promise<Json>>;
  shutdown(): Promise<void>;
}

const setup = driverSetup<DbosSetup>();
const { input, postgresPid } = setup;
const dbos: Dbos = await import(pathToFileURL(setup.program).href);
const run = await dbos.launch(setup);

function readUsage(): Usage {
  const { user, system } = process.cpuUsage();
  return {
    cpuMicros: { dbos: user + system, postgres: treeCpuMicros(postgresPid) },
    rssMib: treeMemoryMib(postgresPid),
    counters: {},
  };
}

serveLoads((load) => closedLoop(async () => void (await run(input)), readUsage, load), dbos.shutdown);
