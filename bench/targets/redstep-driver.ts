import { PerformanceObserver } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { createApp } from '../../app.ts';
import type { Config } from '../../config.ts';
import { stateMachineArn } from '../../core/arn.ts';
import { closedLoop, type Usage } from '../closed-loop.ts';
import { openWaits, waitingMachine } from '../open-waits.ts';
import { mainThreadCpuMicros, treeCpuMicros, treeMemoryMib } from '../proc.ts';
import type { Workflow } from '../scenarios/workflow.ts';
import { driverSetup, serveLoads } from './driver.ts';
import { endedExecutions } from './ended-executions.ts';

export interface RedstepSetup {
  readonly workflow: Workflow;
  readonly config: Partial<Config>;
  /** Undefined: executions are kept by this process. */
  readonly redisPid: number | undefined;
  /** Executions to open before anything is measured, which wait for hours. */
  readonly waits: number;
}

const { workflow, config, redisPid, waits } = driverSetup<RedstepSetup>();
const ACCOUNT = '123456789012';
const HOURS_MS = 6 * 3_600_000;
// This file runs from dist/bench/targets; the functions are where they were written.
const functionsDir = fileURLToPath(new URL('../../../bench/functions', import.meta.url));

const app = await createApp({ ...config, functionsDir, mapConcurrencyMax: 100 });
void app.failed.then((error) => {
  throw error;
});
const { engine } = app;
const machine = await engine.machines.create({
  arn: stateMachineArn('us-east-1', ACCOUNT, workflow.name),
  name: workflow.name,
  type: 'STANDARD',
  definition: JSON.stringify(workflow.definition),
  roleArn: `arn:aws:iam::${ACCOUNT}:role/bench`,
  configuration: {},
});
const request = { machine, name: undefined, input: JSON.stringify(workflow.input), traceHeader: undefined };
const ended = endedExecutions(engine);

async function runOne(): Promise<string> {
  const { executionArn } = await engine.startExecution(request);
  await ended(executionArn);
  return executionArn;
}

let gcMillis = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) gcMillis += duration;
}).observe({ entryTypes: ['gc'] });

function readUsage(): Usage {
  const { user, system } = process.cpuUsage();
  const redis = redisPid === undefined ? {} : { redis: treeCpuMicros(redisPid) };
  return {
    cpuMicros: { redstep: user + system, ...redis },
    rssMib: treeMemoryMib(redisPid ?? process.pid),
    counters: { mainThreadMicros: mainThreadCpuMicros(process.pid), gcMicros: gcMillis * 1e3 },
  };
}

const history = await engine.history(await runOne(), true);
if (history?.length !== workflow.historyEvents) {
  throw new RangeError(`${workflow.name}: a history of ${history?.length} events, not ${workflow.historyEvents}`);
}
if (waits > 0) {
  const waiting = await waitingMachine(engine);
  await openWaits(engine, waiting, { count: waits, fromMs: Date.now() + HOURS_MS, inputBytes: 100 });
}
serveLoads((load) => closedLoop(async () => void (await runOne()), readUsage, load), app.stop);
