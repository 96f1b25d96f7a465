import { formatMachine } from './machine.ts';
import type { Measurement } from './measurement.ts';
import { type BenchResult, bestOf, type Row, rowsOf } from './result.ts';
import { formatNumber, formatTable, median, spread } from './stats.ts';

/** The target that the others are compared with. */
const OURS = 'redstep';

/** A result as text: ratios first, then the medians they are made of, then on what, and how to do it again. */
export function formatResult(result: BenchResult): string {
  const rows = rowsOf(result.workflows);
  const peers = [...new Set(rows.map(({ target }) => target))].filter((target) => target !== OURS);
  const sections = [
    ...peers.map((peer) => formatRatios(rows, peer)),
    ...(rows.length > 0 ? [formatMedians(rows), formatBoundaries(result)] : []),
    ...Object.entries(result.figures).map(
      ([scenario, figures]) =>
        `${scenario}\n${formatTable(
          ['', ''],
          Object.entries(figures).map(([name, value]) => [name, formatNumber(value)]),
        )
          .split('\n')
          .slice(2)
          .join('\n')}`,
    ),
    formatMachine(result.machine),
    `${result.date}: ${result.command}`,
  ];
  return sections.join('\n\n');
}

function formatRatios(rows: readonly Row[], peer: string): string {
  const workflows = [...new Set(rows.map(({ workflow }) => workflow))];
  const lines = workflows.flatMap((workflow) => {
    const of = (target: string): Row[] => rows.filter((row) => row.workflow === workflow && row.target === target);
    const [ours, theirs] = [bestOf(of(OURS)), bestOf(of(peer))];
    if (ours === undefined || theirs === undefined) return [];
    const oursAlone = of(OURS).find(({ inFlight }) => inFlight === 1);
    const theirsAlone = of(peer).find(({ inFlight }) => inFlight === 1);
    const latency = oursAlone && theirsAlone ? `${formatNumber(theirsAlone.p50Ms / oursAlone.p50Ms)} ×` : '';
    return [[workflow, `${formatNumber(ours.perSecond / theirs.perSecond)} ×`, latency]];
  });
  return formatTable([`${OURS} : ${peer}`, 'executions/s, best of each', 'p50 at one in flight, times shorter'], lines);
}

function formatMedians(rows: readonly Row[]): string {
  const header = [
    'medians',
    'in flight',
    'executions/s',
    '± %',
    'p50 ms',
    'p99 ms',
    'CPU µs each',
    'of it main thread',
    'GC µs',
    'RSS MiB',
  ];
  return formatTable(header, rows.map(formatRow));
}

function formatRow({ workflow, target, inFlight, rounds, perSecond, p50Ms, p99Ms }: Row): string[] {
  const middle = (read: (round: Measurement) => number | undefined): string => {
    const values = rounds.map(read).filter((value) => value !== undefined);
    return values.length === 0 ? '' : formatNumber(median(values));
  };
  return [
    `${workflow} ${target}`,
    String(inFlight),
    formatNumber(perSecond),
    formatNumber(50 * spread(rounds.map((round) => round.perSecond))),
    formatNumber(p50Ms),
    formatNumber(p99Ms),
    middle(({ cpuMicros }) => Object.values(cpuMicros).reduce((sum, micros) => sum + micros, 0)),
    middle(({ details }) => details.mainThreadMicros),
    middle(({ details }) => details.gcMicros),
    middle(({ rssMib }) => rssMib),
  ];
}

function formatBoundaries({ workflows }: BenchResult): string {
  const abouts = new Map(workflows.map(({ workflow, about }) => [workflow, about]));
  const boundaries = new Map(workflows.map(({ target, boundary }) => [target, boundary]));
  return [
    ...[...abouts].map(([workflow, about]) => `${workflow}: ${about}`),
    ...[...boundaries].map(([target, boundary]) => `${target}: across process boundaries goes ${boundary}`),
  ].join('\n');
}
