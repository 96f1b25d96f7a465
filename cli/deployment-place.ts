import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import type { DeploymentPlace } from '../archive-app.ts';
import { CliError, EXIT_FAILED } from './cli-error.ts';
import { reasonOf } from './json-source.ts';

export interface PlaceOptions {
  readonly data?: string;
  readonly redis?: string;
  readonly redisPrefix: string;
  readonly redisCa?: string;
  readonly partitions?: number;
}

/** Where a deployment keeps its data, for commands that work on it while no server does. */
export function addPlaceOptions(command: Command): Command {
  return command
    .option('-d, --data <dir>', "data directory of redstep start's embedded store")
    .option('--redis <url>', "the nodes' Redis: redis://, rediss://, redis+sentinel://, redis+cluster://")
    .option('--redis-prefix <text>', 'begins every key, as the nodes have it', 'rs')
    .option('--redis-ca <file>', 'certificate authority of Redis, PEM');
}

export function addPartitionsOption(command: Command): Command {
  return command.option('--partitions <n>', 'partitions of that Redis: a power of two (default: 8)', parsePartitions);
}

/** @throws {CliError} neither of them is given, or both. */
export function placeOf({ data, redis, redisPrefix, redisCa, partitions }: PlaceOptions): DeploymentPlace {
  if ((data === undefined) === (redis === undefined))
    throw new CliError('which deployment?', 'Give either --data DIR or --redis URL, as its redstep start has it.');
  if (redis !== undefined) {
    const ca = redisCa === undefined ? undefined : readFileSync(redisCa, 'utf8');
    return { redis: { url: redis, keyPrefix: redisPrefix, ca, partitions } };
  }
  if (partitions !== undefined)
    throw new CliError('a data directory has one partition', '--partitions is for --redis URL.');
  return { dataDir: data ?? '' };
}

/** What to do about what goes wrong, by the error's name. */
const ADVICE: { readonly [name: string]: string } = {
  StoreInUse: 'While a server runs on it: redstep backup DIR writes a copy, and a copy can be exported.',
  DeploymentInUse:
    'Stop the nodes (and workers) first. Those of one that was killed are given up when its lease is over, in seconds.',
  NoDeployment: 'Give the directory that redstep start has as --data.',
  NotSetUp: 'Give the URL and prefix that redstep start has.',
  DeploymentNotEmpty: 'An import fills an empty deployment: give another directory, or another --redis-prefix.',
  ImportUnfinished: 'Import the same file again, it goes on where it was cut; or begin with another, empty deployment.',
  ArchiveDamaged: 'Nothing was written. Export again, or take another copy of the file.',
  SetUpDiffers: 'Import into another --redis-prefix.',
  StoreFull: 'Make room, and import the same file again: it goes on where it was cut.',
  StoreUnavailable: '',
  RedisUrlError: '',
  UnknownRecord: 'Export with the version of Redstep that wrote it.',
  RecordTooNew: '',
};

/** @returns an error that tells what to do, where it is known. */
export function explainArchiveError(error: unknown, file: string): unknown {
  if (!(error instanceof Error)) return error;
  const advice = ADVICE[error.name];
  if (error.name === 'ArchiveDamaged') return new CliError(`${file} is damaged: ${error.message}`, advice);
  if (advice !== undefined) return new CliError(error.message, advice);
  if (!('code' in error)) return error;
  if (error.code === 'EEXIST') return new CliError(`${file} is there already`, 'Give another name, or remove it.');
  return new CliError(`${file}: ${reasonOf(error)}`, '', EXIT_FAILED);
}

function parsePartitions(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('That is a power of two.');
  return count;
}
