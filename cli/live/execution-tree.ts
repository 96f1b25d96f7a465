import type { HistoryEvent } from '../../core/history/history-event.ts';
import type { Json } from '../../core/json.ts';

export type Outcome = 'running' | 'succeeded' | 'caught' | 'failed' | 'aborted';

/** One visit to a state. Times: milliseconds since the epoch. */
export interface Visit {
  readonly name: string;
  /** `Task`, `Map` … */
  readonly type: string;
  readonly enteredMs: number;
  endedMs: number | undefined;
  outcome: Outcome;
  /** How often its task was scheduled. */
  attempts: number;
  /** The last failure, also of an attempt that is retried. */
  failure: string | undefined;
  /** What it waits for, where that is somebody outside. */
  waitsFor: string | undefined;
  readonly lanes: Lane[];
}

/** States one after another: the machine's own, those of a branch, those of an iteration. */
export interface Lane {
  /** `branch 1`, `item 0`; empty for the machine itself. */
  readonly label: string;
  readonly parent: Lane | undefined;
  readonly visits: Visit[];
  outcome: Outcome;
}

/** What an event changed, for whoever tells the story line by line. */
export interface Change {
  readonly what: 'entered' | 'attempt failed' | 'waiting' | 'ended';
  readonly lane: Lane;
  readonly visit: Visit;
}

/**
 * The states of an execution as its history tells them, nested as they ran. Events name no branch: each belongs where
 * the event that it follows (previousEventId) belongs, and where AWS lets it follow an event of another branch its
 * state's name decides.
 */
export class ExecutionTree {
  readonly root: Lane = newLane('', undefined);
  startedMs: number | undefined = undefined;
  endedMs: number | undefined = undefined;
  readonly #lanes: Map<number, Lane> = new Map();
  /** The state that each ParallelStateStarted event belongs to: what follows it begins a branch. */
  readonly #forks: Map<number, Visit> = new Map();

  /** Takes in the next event. */
  apply(event: HistoryEvent): Change | undefined {
    const before = this.#lanes.get(event.previousEventId) ?? this.root;
    this.#lanes.set(event.id, before);
    const { type } = event;
    if (type === 'ExecutionStarted') this.startedMs = event.timestampMs;
    else if (type.startsWith('Execution')) return this.#executionEnded(event);
    else if (type.endsWith('StateEntered')) return this.#entered(event, before);
    else if (type.endsWith('StateExited')) return this.#exited(event, before);
    else if (type.startsWith('MapIteration')) return this.#iteration(event, before);
    else if (type.startsWith('ParallelState') || type.startsWith('MapState')) return this.#fanOut(event, before);
    else if (type === 'EvaluationFailed') return this.#attemptFailed(event, before);
    else return this.#task(event, before);
    return undefined;
  }

  #entered(event: HistoryEvent, before: Lane): Change {
    const fork = this.#forks.get(event.previousEventId);
    let lane = before;
    if (fork !== undefined) {
      lane = newLane(`branch ${fork.lanes.length + 1}`, before);
      fork.lanes.push(lane);
    }
    const visit: Visit = {
      name: textOf(event, 'name'),
      type: event.type.slice(0, -'StateEntered'.length),
      enteredMs: event.timestampMs,
      endedMs: undefined,
      outcome: 'running',
      attempts: 0,
      failure: undefined,
      waitsFor: undefined,
      lanes: [],
    };
    lane.visits.push(visit);
    this.#lanes.set(event.id, lane);
    return { what: 'entered', lane, visit };
  }

  #exited(event: HistoryEvent, before: Lane): Change | undefined {
    const name = textOf(event, 'name');
    const found = this.#find(before, (visit) => visit.name === name);
    if (found === undefined) return undefined;
    this.#lanes.set(event.id, found.lane);
    end(found.visit, found.visit.failure === undefined ? 'succeeded' : 'caught', event.timestampMs);
    return { what: 'ended', ...found };
  }

  #iteration(event: HistoryEvent, before: Lane): undefined {
    const name = textOf(event, 'name');
    const map = this.#find(before, (visit) => visit.type === 'Map' && visit.name === name);
    const label = `item ${String(event.details?.index ?? '')}`;
    let lane = map?.visit.lanes.find((each) => each.label === label && each.outcome === 'running');
    if (map === undefined) return;
    if (event.type === 'MapIterationStarted') {
      lane = newLane(label, map.lane);
      map.visit.lanes.push(lane);
    } else if (lane !== undefined) {
      endLane(lane, ITERATION_OUTCOME[event.type] ?? 'aborted', event.timestampMs);
    }
    if (lane !== undefined) this.#lanes.set(event.id, lane);
  }

  #fanOut(event: HistoryEvent, before: Lane): undefined {
    const stateType = event.type.startsWith('Map') ? 'Map' : 'Parallel';
    const found = this.#find(before, (visit) => visit.type === stateType);
    if (found === undefined) return;
    this.#lanes.set(event.id, found.lane);
    if (event.type === 'ParallelStateStarted') this.#forks.set(event.id, found.visit);
    if (event.type.endsWith('Started')) return;
    const failed = event.type.endsWith('Failed');
    if (failed) found.visit.failure = failureWithin(found.visit) ?? '';
    for (const lane of found.visit.lanes) {
      if (lane.outcome === 'running') endLane(lane, failed ? 'aborted' : 'succeeded', event.timestampMs);
    }
  }

  /** Scheduled, Started, Submitted, Succeeded, Failed, TimedOut of a function, a service's action or an activity. */
  #task(event: HistoryEvent, before: Lane): Change | undefined {
    const visit = before.visits.at(-1);
    if (visit === undefined || visit.outcome !== 'running') return undefined;
    const { type } = event;
    if (type.endsWith('Failed') || type.endsWith('TimedOut')) return this.#attemptFailed(event, before);
    if (type.endsWith('Scheduled')) {
      visit.attempts++;
      visit.failure = undefined;
      visit.waitsFor = type === 'ActivityScheduled' ? 'a worker of its activity' : undefined;
    } else if (type === 'TaskSubmitted') visit.waitsFor = 'the answer to its task token';
    else if (type === 'ActivityStarted') visit.waitsFor = `worker ${textOf(event, 'workerName')}`;
    else visit.waitsFor = undefined;
    return visit.waitsFor === undefined ? undefined : { what: 'waiting', lane: before, visit };
  }

  #attemptFailed(event: HistoryEvent, before: Lane): Change | undefined {
    const name = textOf(event, 'state');
    const found = this.#find(before, (visit) => name === '' || visit.name === name);
    if (found === undefined) return undefined;
    found.visit.failure = describeFailure(event);
    found.visit.waitsFor = undefined;
    return { what: 'attempt failed', ...found };
  }

  #executionEnded(event: HistoryEvent): Change | undefined {
    this.endedMs = event.timestampMs;
    const visit = this.root.visits.at(-1);
    const open = visit?.outcome === 'running';
    if (event.type === 'ExecutionFailed' && visit !== undefined && open) visit.failure ??= describeFailure(event);
    endLane(this.root, event.type === 'ExecutionSucceeded' ? 'succeeded' : 'aborted', event.timestampMs);
    return visit !== undefined && open ? { what: 'ended', lane: this.root, visit } : undefined;
  }

  /** The open state that fits, in this lane or one around it, or else anywhere. */
  #find(from: Lane, fits: (visit: Visit) => boolean): { lane: Lane; visit: Visit } | undefined {
    for (let lane: Lane | undefined = from; lane !== undefined; lane = lane.parent) {
      const visit = lane.visits.at(-1);
      if (visit?.outcome === 'running' && fits(visit)) return { lane, visit };
    }
    return from === this.root ? findBelow(this.root, fits) : this.#find(this.root, fits);
  }
}

const ITERATION_OUTCOME: { readonly [type: string]: Outcome } = {
  MapIterationSucceeded: 'succeeded',
  MapIterationFailed: 'failed',
  MapIterationAborted: 'aborted',
};

function findBelow(lane: Lane, fits: (visit: Visit) => boolean): { lane: Lane; visit: Visit } | undefined {
  const visit = lane.visits.at(-1);
  if (visit?.outcome !== 'running') return undefined;
  if (fits(visit)) return { lane, visit };
  for (const child of visit.lanes) {
    const found = findBelow(child, fits);
    if (found !== undefined) return found;
  }
  return undefined;
}

function newLane(label: string, parent: Lane | undefined): Lane {
  return { label, parent, visits: [], outcome: 'running' };
}

function end(visit: Visit, outcome: Outcome, atMs: number): void {
  visit.outcome = outcome;
  visit.endedMs = atMs;
  visit.waitsFor = undefined;
  for (const lane of visit.lanes) {
    if (lane.outcome === 'running') endLane(lane, outcome === 'succeeded' ? 'succeeded' : 'aborted', atMs);
  }
}

/** Whatever is still open in it ends too: with a failure it has failed, otherwise others ended it. */
function endLane(lane: Lane, outcome: Outcome, atMs: number): void {
  lane.outcome = outcome;
  const visit = lane.visits.at(-1);
  if (visit?.outcome !== 'running') return;
  if (visit.failure !== undefined) lane.outcome = 'failed';
  end(visit, visit.failure !== undefined ? 'failed' : outcome, atMs);
}

function failureWithin(visit: Visit): string | undefined {
  for (const lane of visit.lanes) {
    const failure = lane.visits.at(-1)?.failure;
    if (lane.outcome !== 'succeeded' && failure !== undefined) return failure;
  }
  return undefined;
}

function textOf({ details }: HistoryEvent, field: string): string {
  const value: Json | undefined = details?.[field];
  return typeof value === 'string' ? value : '';
}

function describeFailure(event: HistoryEvent): string {
  const error = textOf(event, 'error');
  return [error === '' && event.type.endsWith('TimedOut') ? 'States.Timeout' : error, textOf(event, 'cause')]
    .filter((part) => part !== '')
    .join(': ');
}
