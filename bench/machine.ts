import { execFileSync } from 'node:child_process';
import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { median } from './stats.ts';

/** Where and on what figures were made. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  readonly node: string;
  readonly fileSystem: string;
  /** Appending 4 KiB and flushing it: the median. */
  readonly fdatasyncMs: number;
  /** Runnable processes, on average over the last minute: above the number of cores, others had their share. */
  readonly load: number;
  readonly commit: string;
}

/** Describes this machine, with the disk that `directory` is on. */
export function describeMachine(directory: string): Machine {
  const [load = 0] = loadavg();
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGib: totalmem() / 2 ** 30,
    system: `${type()} ${release()}`,
    node: process.version,
    fileSystem: fileSystemOf(directory),
    fdatasyncMs: measureFlush(directory),
    load,
    commit: commit(),
  };
}

export function formatMachine(machine: Machine): string {
  const { cpu, cores, memoryGib, system, node, fileSystem, fdatasyncMs, load, commit: revision } = machine;
  return [
    `${cores} × ${cpu}, ${memoryGib.toFixed(0)} GiB, ${system}, Node ${node}`,
    `data on ${fileSystem}, fdatasync ${fdatasyncMs.toFixed(2)} ms, load average ${load.toFixed(1)}, commit ${revision}`,
  ].join('\n');
}

function fileSystemOf(directory: string): string {
  const mounts = readFileSync('/proc/mounts', 'utf8').trimEnd().split('\n');
  const holding = mounts
    .map((line) => line.split(' '))
    .filter(([, path = '']) => path === '/' || directory === path || directory.startsWith(`${path}/`))
    .sort(([, a = ''], [, b = '']) => b.length - a.length);
  return holding[0]?.[2] ?? 'unknown';
}

function measureFlush(directory: string): number {
  const file = join(directory, 'flush');
  const descriptor = openSync(file, 'a');
  const block = Buffer.alloc(4096, 1);
  const millis = Array.from({ length: 200 }, () => {
    const startedAt = performance.now();
    writeSync(descriptor, block);
    fdatasyncSync(descriptor);
    return performance.now() - startedAt;
  });
  closeSync(descriptor);
  rmSync(file);
  return median(millis);
}

function commit(): string {
  const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
  try {
    const changed = git('status', '--porcelain', '--', '*.ts') === '' ? '' : ' (changed)';
    return git('rev-parse', '--short', 'HEAD') + changed;
  } catch {
    return 'unknown'; // not a checkout
  }
}
