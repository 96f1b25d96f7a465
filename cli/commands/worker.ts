import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { createWorkerApp, DEFAULT_WORKER_CONFIG, type WorkerApp, type WorkerConfig } from '../../worker-app.ts';
import { CliError, EXIT_FAILED } from '../cli-error.ts';
import { parseDuration } from '../duration.ts';
import { fail, note, print } from '../output.ts';
import { guardProcess } from '../process-guard.ts';
import { describeWorkerEvent } from '../worker-notes.ts';

const EXAMPLES = `
Examples:
  redstep worker --redis redis://10.0.0.5 --functions functions           all functions of a folder, 50 attempts of each at a time
  redstep worker --redis redis://10.0.0.5 --functions functions --only charge-card refund --rate 20/s
  redstep start --redis redis://10.0.0.5 --tasks auto                     a node that leaves these functions to the workers

An attempt whose worker dies runs again in another one, within the time of --lost-after and a quarter. So a function may run
twice for one attempt: docs/workers.md says how context.taskToken makes that harmless. --on-worker-loss fail never does that.
SIGTERM and SIGINT let what runs end, for --drain; a second one ends the process at once.`;

interface WorkerOptions {
  readonly redis: string;
  readonly redisPrefix: string;
  readonly redisCa?: string;
  readonly functions: string;
  readonly only?: string[];
  readonly isolate: boolean;
  readonly concurrency: number;
  readonly rate?: NonNullable<WorkerConfig['rate']>;
  readonly lostAfter: number;
  readonly drain: number;
  readonly onWorkerLoss: WorkerConfig['onWorkerLoss'];
}

export function workerCommand(): Command {
  const { concurrency, lostAfterMs, drainMs, onWorkerLoss } = DEFAULT_WORKER_CONFIG;
  return new Command('worker')
    .summary('run functions for nodes that share a Redis')
    .description('Hosts functions outside of the nodes: takes their tasks from BullMQ queues, one for each function.')
    .requiredOption('--redis <url>', "the nodes' Redis: redis://, rediss://, redis+sentinel://, redis+cluster://")
    .option('--redis-prefix <text>', 'begins every key, as the nodes have it', 'rs')
    .option('--redis-ca <file>', 'certificate authority of Redis, PEM')
    .requiredOption('-f, --functions <dir>', 'folder of functions: NAME.mjs, .js, .cjs or .ts is Lambda function NAME')
    .option('--only <name...>', 'host these functions of the folder alone')
    .option('--isolate', 'run functions in worker threads: an endless loop ends when its attempt is over', false)
    .option(
      '-c, --concurrency <n>',
      'attempts of one function at a time in this process',
      parseConcurrency,
      concurrency,
    )
    .option('--rate <n/unit>', 'attempts of one function in all workers together: 20/s, 100/m, 1000/h', parseRate)
    .addOption(
      new Option('--lost-after <time>', 'a worker silent for so long is lost: another one takes over')
        .argParser(parseDuration)
        .default(lostAfterMs, '10s'),
    )
    .addOption(
      new Option('--drain <time>', 'how long functions may go on after SIGTERM')
        .argParser(parseDuration)
        .default(drainMs, '30s'),
    )
    .addOption(
      new Option('--on-worker-loss <what>', 'run the attempts of a lost worker again, or fail them')
        .choices(['redispatch', 'fail'])
        .default(onWorkerLoss),
    )
    .addHelpText('after', EXAMPLES)
    .action((options: WorkerOptions) => work(options).catch(fail));
}

async function work(options: WorkerOptions): Promise<void> {
  guardProcess(options.functions);
  const stopping = stopSignal();
  const app = await open(options, stopping).catch((error) => {
    if (stopping.aborted) return undefined;
    throw error;
  });
  if (app !== undefined) {
    print(`redstep worker hosts ${app.functionNames.join(', ')}`);
    if (!stopping.aborted) await new Promise((resolve) => stopping.addEventListener('abort', resolve));
    await app.stop();
  }
  process.exit(0);
}

async function open(options: WorkerOptions, signal: AbortSignal): Promise<WorkerApp> {
  const { redis: url, redisPrefix: keyPrefix, redisCa, lostAfter, drain, functions, only, rate } = options;
  const { isolate, concurrency, onWorkerLoss } = options;
  const ca = redisCa === undefined ? undefined : readFileSync(redisCa, 'utf8');
  const config: WorkerConfig = {
    ...DEFAULT_WORKER_CONFIG,
    redis: { url, keyPrefix, ca },
    functionsDir: functions,
    only,
    rate,
    isolate,
    concurrency,
    onWorkerLoss,
    lostAfterMs: lostAfter,
    drainMs: drain,
  };
  try {
    return await createWorkerApp(config, {
      worker: (event) => note(`warn: ${describeWorkerEvent(event)}`),
      warn: (message) => note(`warn: ${message}`),
      signal,
    });
  } catch (error) {
    throw explain(error);
  }
}

function explain(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  switch (error.name) {
    case 'FunctionsMissing':
      return new CliError(error.message, 'Give another folder with --functions, or other names with --only.');
    case 'RedisUrlError':
    case 'StoreUnavailable':
    case 'SetUpDiffers':
      return new CliError(error.message, 'Give the Redis that the nodes share: --redis redis://HOST:PORT.');
    default:
      return error;
  }
}

/** Aborted at the first SIGINT or SIGTERM; a second one ends the process at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(EXIT_FAILED);
    note('stopping: what runs may end, nothing new is taken');
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

function parseConcurrency(text: string): number {
  const attempts = Number(text);
  if (!Number.isInteger(attempts) || attempts < 1) throw new InvalidArgumentError('That is a whole number above 0.');
  return attempts;
}

const RATE = /^(\d+)\/(s|m|h)$/;
const UNIT_MS: { readonly [unit: string]: number } = { s: 1_000, m: 60_000, h: 3_600_000 };

function parseRate(text: string): NonNullable<WorkerConfig['rate']> {
  const [, max, unit = ''] = RATE.exec(text) ?? [];
  const perMs = UNIT_MS[unit];
  if (perMs === undefined || Number(max) < 1) throw new InvalidArgumentError('That is like 20/s, 100/m or 1000/h.');
  return { max: Number(max), perMs };
}
