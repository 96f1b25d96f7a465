import { readFileSync } from 'node:fs';
import type { Machine } from './machine.ts';
import type { Measurement } from './measurement.ts';
import { median } from './stats.ts';

/** Everything that one run of the bench found, as it is kept in `results/`. */
export interface BenchResult {
  readonly date: string;
  readonly command: string;
  readonly machine: Machine;
  /** In the order in which they were made: the rounds alternate between targets. */
  readonly workflows: readonly WorkflowMeasurement[];
  /** Scenarios of another kind, by name. */
  readonly figures: { readonly [scenario: string]: Figures };
}

export interface WorkflowMeasurement {
  readonly workflow: string;
  readonly about: string;
  readonly target: string;
  readonly boundary: string;
  readonly round: number;
  readonly measurement: Measurement;
}

/** Named numbers, the unit in the name. */
export type Figures = { readonly [name: string]: number };

/** One workflow on one target under one load: the rounds together. */
export interface Row {
  readonly workflow: string;
  readonly target: string;
  readonly inFlight: number;
  readonly rounds: readonly Measurement[];
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Rounds brought together, in the order of their first appearance. */
export function rowsOf(workflows: readonly WorkflowMeasurement[]): Row[] {
  const groups = new Map<string, WorkflowMeasurement[]>();
  for (const measured of workflows) {
    const key = `${measured.workflow}/${measured.target}/${measured.measurement.inFlight}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [measured]);
    else group.push(measured);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const rounds = group.map(({ measurement }) => measurement);
    return {
      workflow: first.workflow,
      target: first.target,
      inFlight: first.measurement.inFlight,
      rounds,
      perSecond: median(rounds.map(({ perSecond }) => perSecond)),
      p50Ms: median(rounds.map(({ p50Ms }) => p50Ms)),
      p99Ms: median(rounds.map(({ p99Ms }) => p99Ms)),
    };
  });
}

/** The row with the greatest throughput. */
export function bestOf(rows: readonly Row[]): Row | undefined {
  return rows.reduce<Row | undefined>(
    (best, row) => (best !== undefined && best.perSecond >= row.perSecond ? best : row),
    undefined,
  );
}

export function readResult(file: string): BenchResult {
  return JSON.parse(readFileSync(file, 'utf8')) as BenchResult; // run.ts wrote it
}
