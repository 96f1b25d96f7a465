import { PerformanceObserver } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { createApp } from '../../app.ts';
import { stateMachineArn } from '../../core/arn.ts';
import { closedLoop, type Usage } from '../closed-loop.ts';
import { mainThreadCpuMicros, memoryMib } from '../proc.ts';
import type { Workflow } from '../scenarios/workflow.ts';
import { driverSetup, serveLoads } from './driver.ts';
import { endedExecutions } from './ended-executions.ts';

const { workflow, dataDir } = driverSetup<{ workflow: Workflow; dataDir: string }>();
const ACCOUNT = '123456789012';
// This file runs from dist/bench/targets; the functions are where they were written.
const functionsDir = fileURLToPath(new URL('../../../bench/functions', import.meta.url));

const app = await createApp({ dataDir, functionsDir, mapConcurrencyMax: 100, durability: 'fsync' });
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
  return {
    cpuMicros: { redstep: user + system },
    rssMib: memoryMib(process.pid, 'VmRSS'),
    counters: { mainThreadMicros: mainThreadCpuMicros(process.pid), gcMicros: gcMillis * 1e3 },
  };
}

const history = await engine.history(await runOne(), true);
if (history?.length !== workflow.historyEvents) {
  throw new RangeError(`${workflow.name}: a history of ${history?.length} events, not ${workflow.historyEvents}`);
}
serveLoads((load) => closedLoop(async () => void (await runOne()), readUsage, load), app.stop);
