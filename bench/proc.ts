import { readdirSync, readFileSync } from 'node:fs';

/** What Linux tells of a process, in proc(5). Fails elsewhere. */

/**
 * CPU time of a process and of all that it has started, living or waited for, all threads, user and system, in
 * microseconds: to 10 ms exactly.
 */
export function treeCpuMicros(root: number): number {
  return sumOfTree(root, (pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [user, system, childrensUser, childrensSystem] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 15)
      .map(Number);
    return sum([user, system, childrensUser, childrensSystem], (ticks = 0) => ticks) * TICK_MICROS;
  });
}

/** Memory of a process and of all that it has started, what they share counted once, in MiB. */
export function treeMemoryMib(root: number): number {
  return sumOfTree(root, (pid) => {
    const line = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').match(/^Pss:\s+(\d+) kB$/m);
    return Number(line?.[1]) / 1024;
  });
}

/**
 * Of a process and all that it has started. One that ends meanwhile (Redis forks another to rewrite its file) counts
 * for nothing; that the first one is there is the caller's to see to.
 */
function sumOfTree(root: number, amount: (pid: number) => number): number {
  const own = amount(root);
  return sum(
    childrenOf(root),
    (child) => {
      try {
        return sumOfTree(child, amount);
      } catch (error) {
        if (hasEnded(error)) return 0;
        throw error;
      }
    },
    own,
  );
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

function hasEnded(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH');
}

function sum<Value>(values: readonly Value[], amount: (value: Value) => number, first = 0): number {
  return values.reduce((total, value) => total + amount(value), first);
}

const TICK_MICROS = 10_000;

/** CPU time of a process's first thread, in microseconds. */
export function mainThreadCpuMicros(pid: number): number {
  const [nanos] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ');
  return Number(nanos) / 1e3;
}

/** A size in /proc/PID/status, such as RssAnon, in MiB. */
export function memoryMib(pid: number, field: 'VmRSS' | 'RssAnon' | 'RssFile' | 'VmHWM'): number {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm'));
  return Number(line?.[1]) / 1024;
}
