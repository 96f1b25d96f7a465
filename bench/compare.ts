import { type BenchResult, type Row, readResult, rowsOf } from './result.ts';
import { formatNumber, formatTable, spread } from './stats.ts';

/**
 * Compares two results: `npm run bench:compare -- BEFORE.json AFTER.json`. A change counts if it is greater than what
 * the rounds of either result differ by among themselves.
 */
function compare(before: BenchResult, after: BenchResult): string {
  const earlier = new Map(rowsOf(before.workflows).map((row) => [keyOf(row), row]));
  const lines = rowsOf(after.workflows).flatMap((row) => {
    const old = earlier.get(keyOf(row));
    return old === undefined ? [] : [compareRows(old, row)];
  });
  const figures = Object.entries(after.figures).flatMap(([scenario, values]) =>
    Object.entries(values).flatMap(([name, value]) => {
      const old = before.figures[scenario]?.[name];
      return old === undefined
        ? []
        : [[`${scenario}: ${name}`, formatNumber(old), formatNumber(value), change(old, value)]];
    }),
  );
  return [
    formatTable(['executions/s', 'before', 'after', 'change', '', 'p50 ms', 'p99 ms'], lines),
    ...(figures.length > 0 ? [formatTable(['figures', 'before', 'after', 'change'], figures)] : []),
  ].join('\n\n');
}

function keyOf({ workflow, target, inFlight }: Row): string {
  return `${workflow} ${target}, ${inFlight} in flight`;
}

function compareRows(before: Row, after: Row): string[] {
  const noise = Math.max(noiseOf(before), noiseOf(after));
  const isNoise = Math.abs(after.perSecond / before.perSecond - 1) <= noise;
  return [
    keyOf(after),
    formatNumber(before.perSecond),
    formatNumber(after.perSecond),
    change(before.perSecond, after.perSecond),
    isNoise ? `within the noise of ${formatNumber(100 * noise)} %` : '',
    change(before.p50Ms, after.p50Ms),
    change(before.p99Ms, after.p99Ms),
  ];
}

function noiseOf({ rounds }: Row): number {
  return spread(rounds.map(({ perSecond }) => perSecond));
}

function change(before: number, after: number): string {
  const percent = 100 * (after / before - 1);
  return `${percent < 0 ? '−' : '+'}${formatNumber(Math.abs(percent))} %`;
}

const [beforeFile, afterFile] = process.argv.slice(2);
if (beforeFile === undefined || afterFile === undefined) {
  console.error('npm run bench:compare -- BEFORE.json AFTER.json');
  process.exitCode = 2;
} else {
  console.log(compare(readResult(beforeFile), readResult(afterFile)));
}
