import { type Colors, duration } from '../output.ts';
import type { Change, ExecutionTree, Lane, Outcome, Visit } from './execution-tree.ts';

export interface Drawing {
  readonly nowMs: number;
  /** Width of the terminal: lines are cut to it. */
  readonly columns: number;
  readonly colors: Colors;
}

/** Lanes of a Map or Parallel drawn one by one; of more, those that succeeded are only counted. */
const LANES_MAX = 8;
/** Width that states' names are padded to. */
const NAME_WIDTH = 24;
const CAUSE_LENGTH_MAX = 200;

/** The execution's states as lines, branches and iterations indented below theirs. */
export function treeLines(tree: ExecutionTree, drawing: Drawing): string[] {
  return laneLines(tree.root, 1, drawing);
}

function laneLines(lane: Lane, depth: number, drawing: Drawing): string[] {
  return lane.visits.flatMap((visit) => [
    visitLine(visit, '  '.repeat(depth), drawing),
    ...lanesLines(visit.lanes, depth + 1, drawing),
  ]);
}

function lanesLines(lanes: readonly Lane[], depth: number, drawing: Drawing): string[] {
  const many = lanes.length > LANES_MAX;
  const shown = many ? lanes.filter(({ outcome }) => outcome !== 'succeeded') : lanes;
  const indent = '  '.repeat(depth);
  const lines = shown
    .slice(0, LANES_MAX)
    .flatMap((lane) => [`${indent}${drawing.colors.dim(lane.label)}`, ...laneLines(lane, depth + 1, drawing)]);
  const succeeded = lanes.filter(({ outcome }) => outcome === 'succeeded').length;
  if (many) lines.unshift(`${indent}${drawing.colors.dim(`${succeeded} of ${lanes.length} succeeded`)}`);
  if (shown.length > LANES_MAX) lines.push(`${indent}${drawing.colors.dim(`and ${shown.length - LANES_MAX} more`)}`);
  return lines;
}

function visitLine(visit: Visit, indent: string, { nowMs, columns, colors }: Drawing): string {
  const name = visit.name.padEnd(NAME_WIDTH);
  const rest = `  ${visit.type.padEnd(8)}  ${duration((visit.endedMs ?? nowMs) - visit.enteredMs).padEnd(8)}  ${detailOf(visit)}`;
  const room = Math.max(0, columns - indent.length - 2 - name.length);
  return `${indent}${symbolOf(visit.outcome, colors)} ${name}${colors.dim(cut(rest.trimEnd(), room))}`;
}

/** What a change is worth telling where lines are never drawn again; undefined: nothing. */
export function changeLine({ what, lane, visit }: Change, colors: Colors): string | undefined {
  const place = [...labels(lane), visit.name].join(' › ');
  if (what === 'waiting') return `  … ${place} waits for ${visit.waitsFor}`;
  if (what === 'attempt failed') {
    const attempt = visit.attempts === 0 ? 'failed' : `attempt ${visit.attempts} failed`;
    return `  ${colors.yellow('!')} ${place} ${attempt}: ${shorten(visit.failure ?? '')}`;
  }
  if (what === 'entered') return visit.type === 'Wait' ? `  … ${place} waits` : undefined;
  const took = duration((visit.endedMs ?? visit.enteredMs) - visit.enteredMs);
  const detail = visit.outcome === 'failed' && visit.attempts > 0 ? '' : detailOf(visit);
  return `  ${symbolOf(visit.outcome, colors)} ${place}  ${colors.dim([visit.type, took, detail].filter((part) => part !== '').join('  '))}`;
}

function labels(lane: Lane): string[] {
  if (lane.parent === undefined) return [];
  return [...labels(lane.parent), lane.label];
}

function detailOf({ outcome, attempts, failure, waitsFor, lanes, type }: Visit): string {
  const parts: string[] = [];
  if (attempts > 1) parts.push(`${attempts} attempts`);
  if (type === 'Map' && outcome !== 'running') parts.push(`${lanes.length} iterations`);
  if (waitsFor !== undefined) parts.push(`waits for ${waitsFor}`);
  if (failure !== undefined) parts.push(`${outcome === 'caught' ? 'caught ' : ''}${shorten(failure)}`);
  return parts.join(', ');
}

function symbolOf(outcome: Outcome, colors: Colors): string {
  switch (outcome) {
    case 'running':
      return colors.cyan('◌');
    case 'succeeded':
      return colors.green('✓');
    case 'caught':
      return colors.yellow('✓');
    case 'failed':
      return colors.red('✗');
    case 'aborted':
      return colors.dim('–');
  }
}

/** A failure in one line: Lambda's causes are JSON with a trace, of which the message tells most. */
function shorten(failure: string): string {
  const message = /"errorMessage":"((?:[^"\\]|\\.)*)"/.exec(failure);
  const text = message === null ? failure : `${failure.slice(0, failure.indexOf(': ') + 2)}${message[1] ?? ''}`;
  return cut(text.replace(/\s+/g, ' '), CAUSE_LENGTH_MAX);
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;
}
