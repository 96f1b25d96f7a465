import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { parseStateMachineArn } from '../../core/arn.ts';
import { type OpenedSchedules, openSchedules } from '../../schedule-app.ts';
import { CliError } from '../cli-error.ts';
import { parseDuration } from '../duration.ts';
import { readJsonOption } from '../json-source.ts';
import { fail, print, printJson } from '../output.ts';

const EXAMPLES = `
Examples:
  redstep schedule create nightly --redis redis://10.0.0.5 --cron '0 3 * * *' --timezone Europe/Berlin \\
      --state-machine arn:aws:states:us-east-1:123456789012:stateMachine:clean-up
  redstep schedule create poll --redis redis://10.0.0.5 --rate 5m --input '{"source":"ftp"}' \\
      --state-machine arn:aws:states:us-east-1:123456789012:stateMachine:import
  redstep schedule list --redis redis://10.0.0.5
  redstep schedule delete poll --redis redis://10.0.0.5

The nodes that share this Redis start the executions, each once. Its name is the schedule's with the time it was due:
nightly-20261124T020000000Z. What was missed while no node ran is made up for once.`;

interface RedisChoice {
  readonly redis: string;
  readonly redisPrefix: string;
  readonly redisCa?: string;
}

interface CreateOptions extends RedisChoice {
  readonly cron?: string;
  readonly timezone?: string;
  readonly rate?: number;
  readonly stateMachine: string;
  readonly input: string;
  readonly update: boolean;
}

export function scheduleCommand(): Command {
  const create = redisOptions(new Command('create'))
    .summary('start executions by cron or rate')
    .argument('<name>', 'name of the schedule: up to 60 of A-Z, a-z, 0-9, - and _')
    .option('--cron <expression>', 'five fields, minute first, or six, second first: 0 3 * * *')
    .option('--timezone <zone>', "of the cron expression: Europe/Berlin (default: the nodes')")
    .option('--rate <time>', 'at once, and then every 30s, 5m, 2h, 1d', parseDuration)
    .requiredOption('--state-machine <arn>', 'the state machine')
    .option('-i, --input <json|@file>', 'the input', '{}')
    .option('--update', 'replace a schedule of that name', false)
    .action((name: string, options: CreateOptions) => createSchedule(name, options).catch(fail));
  const list = redisOptions(new Command('list'))
    .summary('list schedules')
    .action((options: RedisChoice) => listSchedules(options).catch(fail));
  const remove = redisOptions(new Command('delete'))
    .summary('delete a schedule')
    .argument('<name>', 'its name')
    .action((name: string, options: RedisChoice) => deleteSchedule(name, options).catch(fail));
  return new Command('schedule')
    .summary('start executions by cron or rate')
    .description('Schedules of the nodes that share a Redis.')
    .addCommand(create)
    .addCommand(list)
    .addCommand(remove)
    .addHelpText('after', EXAMPLES);
}

function redisOptions(command: Command): Command {
  return command
    .requiredOption('--redis <url>', "the nodes' Redis: redis://, rediss://, redis+sentinel://, redis+cluster://")
    .option('--redis-prefix <text>', 'begins every key, as the nodes have it', 'rs')
    .option('--redis-ca <file>', 'certificate authority of Redis, PEM');
}

async function createSchedule(name: string, options: CreateOptions): Promise<void> {
  const { cron, timezone, rate: everyMs, stateMachine: stateMachineArn } = options;
  if (parseStateMachineArn(stateMachineArn) === undefined) {
    throw new CliError(`${stateMachineArn} is no ARN of a state machine`, 'redstep list shows those there are.');
  }
  if ((cron === undefined) === (everyMs === undefined)) {
    throw new CliError('a schedule has either --cron or --rate', "As in --cron '0 3 * * *', or --rate 5m.");
  }
  const when = cron === undefined ? { everyMs: everyMs ?? 0 } : { cron, timezone };
  const input = await readJsonOption('--input', options.input);
  await withSchedules(options, async ({ schedules }) => {
    if (!options.update && (await schedules.has(name))) {
      throw new CliError(`there is a schedule ${name}`, '--update replaces it.');
    }
    await schedules.put({ name, when, stateMachineArn, input });
  });
  print(name);
}

async function listSchedules(options: RedisChoice): Promise<void> {
  await withSchedules(options, async ({ schedules }) => {
    const listed = await schedules.list();
    const next = (ms: number | undefined): { next?: string } =>
      ms === undefined ? {} : { next: new Date(ms).toISOString() };
    printJson(listed.map(({ nextMs, ...schedule }) => ({ ...schedule, ...next(nextMs) })));
  });
}

async function deleteSchedule(name: string, options: RedisChoice): Promise<void> {
  await withSchedules(options, async ({ schedules }) => {
    if (!(await schedules.remove(name))) throw new CliError(`there is no schedule ${name}`, 'redstep schedule list.');
  });
}

async function withSchedules(options: RedisChoice, use: (opened: OpenedSchedules) => Promise<void>): Promise<void> {
  const { redis: url, redisPrefix: keyPrefix, redisCa } = options;
  const ca = redisCa === undefined ? undefined : readFileSync(redisCa, 'utf8');
  let opened: OpenedSchedules | undefined;
  try {
    opened = await openSchedules({ url, keyPrefix, ca });
    await use(opened);
  } catch (error) {
    throw explain(error);
  } finally {
    await opened?.close();
  }
}

function explain(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'InvalidSchedule') return new CliError(error.message, "As in --cron '0 3 * * *', or --rate 5m.");
  if (error.name === 'RedisUrlError' || error.name === 'StoreUnavailable') {
    return new CliError(error.message, 'Give the Redis that the nodes share: --redis redis://HOST:PORT.');
  }
  return error;
}
