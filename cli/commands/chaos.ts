import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { removeFromRedis } from '../../app.ts';
import type { JsonObject } from '../../core/json.ts';
import { Dice } from '../chaos/dice.ts';
import { LEDGER_VARIABLE, Ledger } from '../chaos/ledger.ts';
import { NodeEnded, Storm } from '../chaos/storm.ts';
import { StormLoad, StormNotOver } from '../chaos/storm-load.ts';
import { CliError, EXIT_FAILED } from '../cli-error.ts';
import { Client } from '../client.ts';
import { parseDuration } from '../duration.ts';
import { HttpApi } from '../http-api.ts';
import { fail, note, print } from '../output.ts';

const EXAMPLES = `
Examples:
  redstep chaos --redis redis://127.0.0.1                      three nodes, for a minute
  redstep chaos --redis redis://10.0.0.5 --minutes 30 --nodes 5 --lease-term 10s
  redstep chaos --redis redis://127.0.0.1 --seed 42            the same faults once more

It starts nodes of its own on this machine, under a prefix of their own in your Redis, and executions on them, whose functions
write each call into a ledger. It kills, freezes and stops nodes at random, and starts them again. Then it looks whether
every execution that was accepted has ended, with a whole history, and each attempt has had its effect once. What it has
written to Redis is removed when all is well, and kept for a look otherwise.

Exit code: 0 nothing was lost or doubled; 1 something was; 2 it could not begin.`;

const CLIENTS = 16;
/** Until all has ended, once nothing goes wrong any more: waits of a second, and tasks that are tried one by one. */
const END_MS_MAX = 120_000;
/** Problems that are printed. */
const PROBLEMS_MAX = 20;
const SEEDS = 2 ** 31;

interface ChaosOptions {
  readonly redis: string;
  readonly redisCa?: string;
  readonly replicas?: string;
  readonly nodes: number;
  readonly minutes: number;
  readonly leaseTerm: number;
  readonly seed?: number;
}

export function chaosCommand(): Command {
  return new Command('chaos')
    .summary('try what your Redis and nodes survive')
    .description('Kills, freezes and stops nodes under load, and looks whether anything was lost or done twice.')
    .requiredOption('--redis <url>', 'redis://, rediss://, redis+sentinel://, redis+cluster://')
    .option('--redis-ca <file>', 'certificate authority of Redis, PEM')
    .option('--replicas <n>', 'so many replicas of Redis have a commit before it counts')
    .option('--nodes <n>', 'nodes to start', parseCount, 3)
    .option('--minutes <n>', 'how long nodes are killed, frozen and stopped', parseMinutes, 1)
    .addOption(
      new Option('--lease-term <time>', 'what a dead node owned stands still for so long')
        .argParser(parseDuration)
        .default(2_000, '2s'),
    )
    .option('--seed <n>', 'which faults come, and when (default: a random one)', parseCount)
    .addHelpText('after', EXAMPLES)
    .action((options: ChaosOptions) => chaos(options).catch(fail));
}

async function chaos(options: ChaosOptions): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(EXIT_FAILED));
  const { redis: url, nodes, minutes, leaseTerm: leaseTermMs, seed = Date.now() % SEEDS } = options;
  const keyPrefix = `chaos-${seed}-${process.pid}`;
  const directory = mkdtempSync(join(tmpdir(), 'redstep-chaos-'));
  const ledger = join(directory, 'ledger');
  writeFileSync(ledger, '');
  const dice = new Dice(seed);
  note(`seed ${seed}; keys in Redis begin with {${keyPrefix}`);
  const main = process.argv[1] ?? '';
  const env = { [LEDGER_VARIABLE]: ledger };
  const storm = new Storm({ main, args: argsOf(options, keyPrefix), env, dice, nodes, leaseTermMs, tell: note });
  const load = new StormLoad({ call: callAny(storm), dice: new Dice(seed + 1), clients: CLIENTS, ledger });
  await storm.start().catch((error) => {
    if (!(error instanceof NodeEnded)) throw error;
    throw new CliError(`a node cannot start:\n${error.message}`, 'Give a Redis that nodes can use: --redis URL.');
  });
  await load.createMachines();
  load.begin();
  await storm.blow(minutes * 60_000);
  await load.end();
  const problems = await load.ended(END_MS_MAX).then(
    () => load.inspect(),
    (error) => {
      if (error instanceof StormNotOver) return [error.message];
      throw error;
    },
  );
  await storm.stop();
  conclude(storm, load, Ledger.read(ledger).repeated, problems);
  rmSync(directory, { recursive: true });
  if (problems.length === 0) await removeFromRedis({ url, keyPrefix, leaseTermMs });
}

function argsOf({ redis, redisCa, replicas, leaseTerm }: ChaosOptions, keyPrefix: string): string[] {
  return [
    ...['--redis', redis, '--redis-prefix', keyPrefix, '--port', '0', '--lease-term', `${leaseTerm}ms`],
    ...['--functions', fileURLToPath(new URL('../chaos/functions/', import.meta.url))],
    ...(redisCa === undefined ? [] : ['--redis-ca', redisCa]),
    ...(replicas === undefined ? [] : ['--replicas', replicas]),
  ];
}

/** Calls the nodes in turn. */
function callAny(storm: Storm): (action: string, input: JsonObject) => Promise<JsonObject> {
  let turn = 0;
  return (action, input) => {
    const { endpoints } = storm;
    const endpoint = endpoints[turn++ % endpoints.length] ?? 'http://127.0.0.1:1';
    return new Client(new HttpApi(endpoint), 'us-east-1').call(action, input);
  };
}

function conclude(
  { faults: { kill, freeze, stop } }: Storm,
  { accepted, startMsMax, errors }: StormLoad,
  repeated: number,
  problems: readonly string[],
): void {
  print(`${kill} nodes killed, ${freeze} frozen, ${stop} stopped`);
  print(`${accepted} executions; the slowest start took ${Math.round(startMsMax)} ms; ${errors.length} calls failed`);
  print(`${repeated} calls of functions were repeated for an attempt that had been called before`);
  for (const problem of problems.slice(0, PROBLEMS_MAX)) print(`  ${problem}`);
  if (problems.length === 0) return print('nothing was lost, nothing took effect twice');
  print(`${problems.length} things are not as they should be`);
  process.exitCode = EXIT_FAILED;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('That is a whole number above 0.');
  return count;
}

function parseMinutes(text: string): number {
  const minutes = Number(text);
  if (!(minutes > 0)) throw new InvalidArgumentError('That is a number above 0.');
  return minutes;
}
