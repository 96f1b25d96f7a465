import { readdirSync, readFileSync } from 'node:fs';

/** What Linux tells of a process, in proc(5). Fails elsewhere. */

/**
 * CPU time of a process and of all that it has started, living or waited for, all threads, user and system, in
 * microseconds: to 10 ms exactly.
 */
export function treeCpuMicros(root: number): number {
  return sum(treeOf(root), (pid) => {
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
  return sum(treeOf(root), (pid) => {
    const line = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').match(/^Pss:\s+(\d+) kB$/m);
    return Number(line?.[1]) / 1024;
  });
}

/** A process and all that it has started. */
function treeOf(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(treeOf)];
}

function sum<Value>(values: readonly Value[], amount: (value: Value) => number): number {
  return values.reduce((total, value) => total + amount(value), 0);
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
