import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from './machine.ts';
import { formatResult } from './report.ts';
import type { BenchResult, Figures, WorkflowMeasurement } from './result.ts';
import { inRunDirectory } from './run-directory.ts';
import { map100 } from './scenarios/map100.ts';
import { nop } from './scenarios/nop.ts';
import { measureOpenExecutions } from './scenarios/open-executions.ts';
import { par10 } from './scenarios/par10.ts';
import { measurePartitions } from './scenarios/partitions.ts';
import { measureQueueTasks } from './scenarios/queue-tasks.ts';
import { measureRedisBytes } from './scenarios/redis-bytes.ts';
import { measureScaleOut } from './scenarios/scale-out.ts';
import { seq2 } from './scenarios/seq2.ts';
import { measureTransitions } from './scenarios/transitions.ts';
import { measureWaits } from './scenarios/waits.ts';
import type { Workflow } from './scenarios/workflow.ts';
import { bullmq } from './targets/bullmq.ts';
import { dbos } from './targets/dbos.ts';
import { redstep, redstepOnRedis } from './targets/redstep.ts';
import { restate } from './targets/restate.ts';
import type { Target } from './targets/target.ts';

const WORKFLOWS: readonly Workflow[] = [seq2, nop, par10, map100];
const TARGETS: readonly Target[] = [
  redstep,
  redstepOnRedis('everysec'),
  redstepOnRedis('always'),
  restate,
  dbos,
  bullmq('everysec'),
  bullmq('always'),
];
/** Those that need nothing but npm. */
const DEFAULT_TARGETS: readonly Target[] = [redstep, restate];
const OTHERS = ['transitions', 'waits', 'open-executions', 'redis-bytes', 'partitions', 'scale-out', 'queue-tasks'];
const WARM_UP_SECONDS = 2;

const HELP = `npm run bench -- [scenario …] [options]

  scenarios       ${[...WORKFLOWS.map(({ name }) => name), ...OTHERS].join(', ')}
                  default: workflows and transitions
  --target        what to run workflows on: all, or some of ${TARGETS.map(({ name }) => name).join(',')}
                  default ${DEFAULT_TARGETS.map(({ name }) => name).join(',')}
  --seconds       measured time of each load, default 5
  --rounds        measurements of each load, alternating between targets, default 3
  --in-flight     executions under way, default: each scenario's own, e.g. 1,64,256,512,1024
  --waits         open executions of waits and open-executions, default 1000000
  --executions    executions of each node in scale-out, tasks in queue-tasks, default 20000
  --directory     where data is kept while it runs, default ${tmpdir()}
  --profile       leave CPU profiles of the drivers in this directory
  --out           file of the result, default bench/results/latest.json`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    target: { type: 'string', default: DEFAULT_TARGETS.map(({ name }) => name).join(',') },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    'in-flight': { type: 'string' },
    waits: { type: 'string', default: '1000000' },
    executions: { type: 'string', default: '20000' },
    directory: { type: 'string', default: tmpdir() },
    profile: { type: 'string' },
    out: { type: 'string', default: 'bench/results/latest.json' },
    help: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);

class UnknownName extends Error {
  override readonly name = 'UnknownName';
}

/** The named ones of a list; all, where nothing is named. @throws {UnknownName} a name that is not in it. */
function select<T extends { readonly name: string }>(all: readonly T[], names: readonly string[]): readonly T[] {
  return names.map((name) => {
    const found = all.find((one) => one.name === name);
    if (found === undefined)
      throw new UnknownName(`there is no ${name}; there are ${all.map((one) => one.name).join(', ')}`);
    return found;
  });
}

async function runWorkflow(
  workflow: Workflow,
  target: Target,
  at: { readonly round: number; readonly directory: string },
): Promise<WorkflowMeasurement[]> {
  const { round, directory } = at;
  const loads = values['in-flight']?.split(',').map(Number) ?? workflow.inFlight;
  const measured: WorkflowMeasurement[] = [];
  const session = await target.open(workflow, { directory, profileDir: values.profile });
  try {
    for (const inFlight of loads) {
      const measurement = await session.measure({ inFlight, warmUpSeconds: WARM_UP_SECONDS, seconds });
      const { name, about } = workflow;
      measured.push({ workflow: name, about, target: target.name, boundary: target.boundary, round, measurement });
      console.error(`${name} ${target.name} ${inFlight} in flight: ${Math.round(measurement.perSecond)}/s`);
    }
  } finally {
    await session.close();
  }
  return measured;
}

async function measureOthers(named: readonly string[]): Promise<{ [scenario: string]: Figures }> {
  const { directory } = values;
  const [waits, executions] = [Number(values.waits), Number(values.executions)];
  const figures: { [scenario: string]: Figures } = {};
  if (named.includes('transitions')) figures.transitions = measureTransitions(seconds);
  if (named.includes('waits')) figures.waits = await measureWaits(waits, directory);
  if (named.includes('open-executions')) {
    figures['open-executions'] = await measureOpenExecutions({ waits, rounds, seconds, directory });
  }
  if (named.includes('redis-bytes')) figures['redis-bytes'] = await measureRedisBytes(seconds, directory);
  if (named.includes('partitions')) figures.partitions = await measurePartitions({ rounds, seconds, directory });
  if (named.includes('scale-out')) figures['scale-out'] = await measureScaleOut({ executions, rounds, directory });
  if (named.includes('queue-tasks')) {
    figures['queue-tasks'] = await measureQueueTasks({ tasks: executions, rounds, directory });
  }
  return figures;
}

async function main(): Promise<void> {
  const named = positionals.length === 0 ? [...WORKFLOWS.map(({ name }) => name), 'transitions'] : positionals;
  const workflowNames = named.filter((name) => !OTHERS.includes(name));
  const targets = values.target === 'all' ? TARGETS : select(TARGETS, values.target.split(','));
  const machine = describeMachine(values.directory);
  const workflows: WorkflowMeasurement[] = [];
  for (const workflow of select(WORKFLOWS, workflowNames)) {
    for (let round = 1; round <= rounds; round++) {
      for (const target of targets) {
        workflows.push(
          ...(await inRunDirectory(values.directory, (directory) =>
            runWorkflow(workflow, target, { round, directory }),
          )),
        );
      }
    }
  }
  const figures = await measureOthers(named);
  const command = ['npm run bench --', ...process.argv.slice(2)].join(' ');
  const result: BenchResult = { date: new Date().toISOString(), command, machine, workflows, figures };
  const file = resolve(values.out);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`\n${formatResult(result)}\n\nresult: ${values.out}`);
}

if (values.help) console.log(HELP);
else {
  await main().catch((error) => {
    if (!(error instanceof UnknownName)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  });
}
