import { existsSync, readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Config, DEFAULT_CONFIG, DRAIN_MS_DEFAULT, type RedisConfig } from '../../config.ts';
import { parseByteSize } from '../byte-size.ts';
import { CliError } from '../cli-error.ts';
import { parseDuration } from '../duration.ts';
import { note } from '../output.ts';

export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly data: string;
  readonly memory?: boolean;
  readonly redis?: string;
  readonly redisPrefix?: string;
  readonly redisCa?: string;
  readonly partitions?: number;
  readonly fsync?: 'always' | 'everysec';
  readonly replicas?: number;
  readonly advertise?: string;
  readonly leaseTerm: number;
  readonly drainTimeout: number;
  readonly functions?: string;
  readonly definitions?: string;
  readonly tasks: Config['tasks'];
  readonly isolate: boolean;
  readonly account: string;
  readonly durability: Config['durability'];
  readonly mapConcurrency: number;
  readonly placement: Config['placement'];
  readonly retention: number;
  readonly historyBytesMax?: number;
}

/** What `start` and `dev` have in common. */
export function addServeOptions(command: Command): Command {
  return command
    .option('-p, --port <port>', 'port of the API; 0 finds a free one', parsePort, 8083)
    .option('--host <address>', 'address to listen on: whoever reaches it may do everything', '127.0.0.1')
    .option('-d, --data <dir>', 'data directory: executions survive in it', '.redstep/data')
    .option('--memory', 'keep everything in memory instead: it is gone with the process')
    .option('--redis <url>', 'share a Redis with other nodes: redis://, rediss://, redis+sentinel://, redis+cluster://')
    .option('--redis-prefix <text>', 'begins every key: two deployments on one Redis need two (default: "rs")')
    .option('--redis-ca <file>', 'certificate authority of Redis, PEM')
    .option('--partitions <n>', 'partitions, when nobody has used this Redis yet: a power of two', parseCount)
    .addOption(
      new Option('--fsync <when>', "Redis' append-only file must be flushed so often").choices(['always', 'everysec']),
    )
    .option('--replicas <n>', 'so many replicas of Redis have a commit before it counts', parseCount)
    .option('--advertise <url>', 'where the other nodes reach this one: http://HOST:PORT (default: where it listens)')
    .addOption(
      new Option('--lease-term <time>', 'what a dead node owned stands still for so long')
        .argParser(parseLeaseTerm)
        .default(10_000, '10s'),
    )
    .addOption(
      new Option('--drain-timeout <time>', 'how long functions may go on after SIGTERM, among other nodes')
        .argParser(parseDuration)
        .default(DRAIN_MS_DEFAULT, '30s'),
    )
    .addOption(
      new Option('--tasks <where>', 'functions run in this node, in redstep worker processes, or where they are hosted')
        .choices(['auto', 'queue', 'inline'])
        .default('auto'),
    )
    .option('--account <id>', 'account in the ARNs of what is created: 12 digits', parseAccount, '123456789012')
    .addOption(
      new Option(
        '--durability <how>',
        'when a start is answered: once it survives a power cut, or (relaxed) once it survives the death of the process',
      )
        .choices(['fsync', 'relaxed'])
        .default('fsync'),
    )
    .option(
      '--map-concurrency <n>',
      'iterations of an inline Map at once; more than 40 is more than AWS runs',
      parseMapConcurrency,
      DEFAULT_CONFIG.mapConcurrencyMax,
    )
    .addOption(
      new Option('--placement <where>', 'branches and iterations run in their execution, or on any node')
        .choices(['auto', 'local', 'spread'])
        .default(DEFAULT_CONFIG.placement),
    )
    .addOption(
      new Option('--retention <time>', 'executions are kept for so long after their end, and their names stay taken')
        .argParser(parseDuration)
        .default(DEFAULT_CONFIG.retentionMs, '90d'),
    )
    .option(
      '--history-bytes-max <size>',
      "what has ended may take so much, such as 2GB; the oldest goes first (default: half of Redis' maxmemory, or a quarter of the disk)",
      parseByteSize,
    );
}

/** @throws {CliError} a folder that was named does not exist. */
export function configOf(options: ServeOptions): Partial<Config> {
  requireFolder('--functions', options.functions);
  requireFolder('--definitions', options.definitions);
  if (!isLoopback(options.host)) {
    note(
      `warning: ${options.host} is reachable from other machines, and nothing is authenticated: put a proxy before it.`,
    );
  }
  return {
    dataDir: options.memory ? undefined : options.data,
    durability: options.durability,
    redis: redisOf(options),
    functionsDir: options.functions,
    tasks: options.tasks,
    isolate: options.isolate,
    account: options.account,
    mapConcurrencyMax: options.mapConcurrency,
    placement: options.placement,
    retentionMs: options.retention,
    historyBytesMax: options.historyBytesMax,
    listen: { host: options.host, port: options.port },
  };
}

function redisOf(options: ServeOptions): RedisConfig | undefined {
  const { redis: url, redisPrefix: keyPrefix, redisCa, partitions, fsync, replicas, advertise } = options;
  const { leaseTerm: leaseTermMs, drainTimeout: drainMs } = options;
  if (url === undefined) return undefined;
  const ca = redisCa === undefined ? undefined : readFileSync(redisCa, 'utf8');
  return { url, keyPrefix, ca, partitions, fsync, replicas, advertise, leaseTermMs, drainMs };
}

function requireFolder(option: string, folder: string | undefined): void {
  if (folder !== undefined && !existsSync(folder)) {
    throw new CliError(`there is no folder ${folder}`, `Create it, or give ${option} another one.`);
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('That is a whole number above 0.');
  return count;
}

/** A shorter term is over before it could be prolonged at the next heartbeat but one. */
const LEASE_TERM_MS_MIN = 1_000;

function parseLeaseTerm(text: string): number {
  const termMs = parseDuration(text);
  if (termMs < LEASE_TERM_MS_MIN) throw new InvalidArgumentError('That is at least 1s.');
  return termMs;
}

function parseMapConcurrency(text: string): number {
  const iterations = Number(text);
  if (!Number.isInteger(iterations) || iterations < 1 || iterations > 10_000) {
    throw new InvalidArgumentError('That is a number from 1 to 10000.');
  }
  return iterations;
}

function parseAccount(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('An account is 12 digits.');
  return text;
}
