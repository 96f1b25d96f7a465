import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process as others can find it again: a pid alone is used again by the next one. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Names the host's boot, where the system tells (Linux): containers share it, a restart of the host changes it. */
  readonly bootId: string | undefined;
  /** When the process started, in the system's own words; undefined: unknown. */
  readonly startedAt: string | undefined;
}

export function identifyProcess(): ProcessIdentity {
  const { pid } = process;
  return { pid, host: hostname(), bootId: readBootId(), startedAt: startOfProcess(pid) };
}

/**
 * Whether a process may still run. `elsewhere`: it ran on another host, where nobody here can look.
 *
 * The same boot is the same kernel, whatever the host is called: containers get a new name at each start. The same host
 * in another boot: it was restarted, and nothing survived that.
 */
export function whereabouts(identity: ProcessIdentity): 'here' | 'gone' | 'elsewhere' {
  const bootId = readBootId();
  const isSameBoot = bootId !== undefined && bootId === identity.bootId;
  if (!isSameBoot && identity.host !== hostname()) return 'elsewhere';
  if (!isSameBoot && bootId !== undefined && identity.bootId !== undefined) return 'gone';
  if (!isRunning(identity.pid)) return 'gone';
  const startedAt = startOfProcess(identity.pid);
  const isSameProcess = startedAt === undefined || identity.startedAt === undefined || startedAt === identity.startedAt;
  return isSameProcess ? 'here' : 'gone';
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM'; // another user's
  }
  return processState(pid) !== 'Z'; // dead, but its parent has not looked
}

function readBootId(): string | undefined {
  return readProc('/proc/sys/kernel/random/boot_id')?.trim();
}

function startOfProcess(pid: number): string | undefined {
  const ticks = statFields(pid)?.[19];
  if (ticks !== undefined) return ticks;
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined; // no such process, or no `ps` on this system
  }
}

function processState(pid: number): string | undefined {
  return statFields(pid)?.[0];
}

/** The fields of proc(5) `/proc/pid/stat` after the command, which may hold spaces and parentheses itself. */
function statFields(pid: number): readonly string[] | undefined {
  const text = readProc(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // not Linux, or the process has ended
  }
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
