import { type App, type AppEvents, createApp } from '../app.ts';
import type { Config } from '../config.ts';
import { CliError } from './cli-error.ts';
import { reasonOf } from './json-source.ts';

/** Starts an app. @throws {CliError} it cannot start, with what to do about it. */
export async function openApp(config: Partial<Config>, events: AppEvents): Promise<App> {
  try {
    return await createApp(config, events);
  } catch (error) {
    throw explain(error, config);
  }
}

function explain(error: unknown, { dataDir, listen }: Partial<Config>): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'StoreInUse') return new DirectoryInUse(error.message);
  if (error.name === 'ImportUnfinished')
    return new CliError(error.message, 'Give redstep import the same file again: it goes on where it was cut.');
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'EADDRINUSE') {
    return new CliError(
      `port ${listen?.port} of ${listen?.host} is in use`,
      'Stop what listens there, or choose another one: --port 8084; --port 0 finds a free one.',
    );
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new CliError(`this machine has no address ${listen?.host}`, 'Listen on one that it has: --host 127.0.0.1.');
  }
  if (code === 'EACCES' && 'syscall' in error && error.syscall === 'listen') {
    return new CliError(`this user may not listen on port ${listen?.port}`, 'Choose a port above 1023: --port 8083.');
  }
  if (DIRECTORY_ERRORS.has(code)) {
    return new CliError(
      `cannot keep executions in ${dataDir}: ${reasonOf(error)}`,
      'Choose a directory that can be written: --data DIR.',
    );
  }
  return error;
}

/** Codes of the file system for a directory that cannot be used. */
const DIRECTORY_ERRORS: ReadonlySet<string> = new Set([
  'EACCES',
  'EEXIST',
  'ENOTDIR',
  'EROFS',
  'EPERM',
  'ENOSPC',
  'EISDIR',
]);

/** The data directory belongs to a process that runs. */
export class DirectoryInUse extends CliError {}
