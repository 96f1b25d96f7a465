import { formatMachine } from './machine.ts';
import type { Measurement } from './measurement.ts';
import { type BenchResult, bestOf, type Row, rowsOf } from './result.ts';
import { formatNumber, formatTable, median, spread } from './stats.ts';

/** What each way to run Redstep is compared with: peers that flush as often. */
const PEERS: { readonly [ours: string]: readonly string[] } = {
  redstep: ['restate', 'dbos', 'bullmq-always'],
  'redstep-everysec': ['restate', 'dbos', 'bullmq-everysec'],
  'redstep-always': ['restate', 'dbos', 'bullmq-always'],
};

/** A result as text: ratios first, then the medians they are made of, then on what, and how to do it again. */
export function formatResult(result: BenchResult): string {
  const rows = rowsOf(result.workflows);
  const sections = [
    ...Object.entries(PEERS).flatMap(([ours, peers]) => formatRatios(rows, ours, peers)),
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

/** A table, or none where there is nothing to compare. */
function formatRatios(rows: readonly Row[], ours: string, named: readonly string[]): string[] {
  const peers = named.filter((peer) => rows.some(({ target }) => target === peer));
  const workflows = [...new Set(rows.filter(({ target }) => target === ours).map(({ workflow }) => workflow))];
  if (peers.length === 0 || workflows.length === 0) return [];
  const lines = workflows.flatMap((workflow) => {
    const of = (target: string): Row[] => rows.filter((row) => row.workflow === workflow && row.target === target);
    const alone = (target: string): Row | undefined => of(target).find(({ inFlight }) => inFlight === 1);
    const line = (about: string, ratio: (peer: string) => number): string[] => [
      `${workflow}: ${about}`,
      ...peers.map((peer) => `${formatNumber(ratio(peer))} ×`),
    ];
    return [
      line('executions/s, best of each', (peer) => over(bestOf(of(ours))?.perSecond, bestOf(of(peer))?.perSecond)),
      line('CPU each at that best, less', (peer) => over(cpuOf(bestOf(of(peer))), cpuOf(bestOf(of(ours))))),
      line('p50 at one in flight, shorter', (peer) => over(alone(peer)?.p50Ms, alone(ours)?.p50Ms)),
    ];
  });
  return [formatTable([`${ours} : …`, ...peers], lines)];
}

/** NaN where one of them was not measured. */
function over(dividend = Number.NaN, divisor = Number.NaN): number {
  return dividend / divisor;
}

/** CPU of all processes, in microseconds an execution. */
function cpuOf(row: Row | undefined): number | undefined {
  if (row === undefined) return undefined;
  return median(row.rounds.map(({ cpuMicros }) => Object.values(cpuMicros).reduce((sum, micros) => sum + micros, 0)));
}

/** CPU of each process. */
function formatProcesses({ rounds }: Row): string {
  const names = Object.keys(rounds[0]?.cpuMicros ?? {});
  return names
    .map((name) => `${name} ${formatNumber(median(rounds.map(({ cpuMicros }) => cpuMicros[name] ?? Number.NaN)))}`)
    .join(' + ');
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
    'of which',
    'main thread',
    'GC µs',
    'RSS MiB',
  ];
  return formatTable(header, rows.map(formatRow));
}

function formatRow(row: Row): string[] {
  const { workflow, target, inFlight, rounds, perSecond, p50Ms, p99Ms } = row;
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
    formatNumber(cpuOf(row) ?? Number.NaN),
    formatProcesses(row),
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
