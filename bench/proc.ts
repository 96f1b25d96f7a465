import { readFileSync } from 'node:fs';

/** What Linux tells of a process, in proc(5). Fails elsewhere. */

/** CPU time of a process, all its threads, user and system, in microseconds: to 10 ms exactly. */
export function processCpuMicros(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MICROS;
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
