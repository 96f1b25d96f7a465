import { isArray, isObject, type Json, type JsonObject } from '../json.ts';
import type { Findings } from './check.ts';

/** A state's way to another, and where the definition names it. */
interface Target {
  readonly name: string;
  readonly location: string;
}

/**
 * Checks how the states of one machine, branch or item processor hang together: targets that exist, an end, no state
 * out of reach. Takes any JSON: what is no state or no name is another check's to report.
 *
 * @param wellFormed whether nothing else was found wrong with the block: only then does a missing way mean anything.
 */
export function checkGraph(block: JsonObject, location: string, findings: Findings, wellFormed: boolean): void {
  const states = block.States;
  const startAt = block.StartAt;
  if (!isObject(states) || typeof startAt !== 'string') return;

  const start: Target = { name: startAt, location: `${location}/StartAt` };
  const targets = new Map(
    Object.entries(states).map(([name, state]) => [name, targetsOf(state, `${location}/States/${name}`)]),
  );
  for (const target of [start, ...[...targets.values()].flat()]) {
    if (Object.hasOwn(states, target.name)) continue;
    findings.error(`Missing 'Next' target: ${target.name}`, target.location, 'MISSING_TRANSITION_TARGET');
  }
  if (!wellFormed) return;
  if (!Object.values(states).some(isTerminal)) {
    if (location === '') findings.errorOfWhole('MISSING_END_STATE', 'Workflow has no terminal state');
    else findings.error('Workflow has no terminal state', location, 'MISSING_END_STATE');
    return;
  }
  const reached = reachable(startAt, targets);
  for (const name of targets.keys()) {
    if (reached.has(name)) continue;
    findings.error(`State "${name}" is not reachable.`, `${location}/States/${name}`, 'MISSING_TRANSITION_TARGET');
  }
}

function targetsOf(state: Json, location: string): readonly Target[] {
  if (!isObject(state)) return [];
  return [
    ...targetAt(state.Next, `${location}/Next`),
    ...targetsIn(state.Choices, `${location}/Choices`),
    ...targetAt(state.Default, `${location}/Default`),
    ...targetsIn(state.Catch, `${location}/Catch`),
  ];
}

function targetsIn(list: Json | undefined, location: string): readonly Target[] {
  if (!isArray(list)) return [];
  return list.flatMap((entry, i) => (isObject(entry) ? targetAt(entry.Next, `${location}[${i}]/Next`) : []));
}

function targetAt(name: Json | undefined, location: string): readonly Target[] {
  return typeof name === 'string' ? [{ name, location }] : [];
}

function isTerminal(state: Json): boolean {
  return isObject(state) && (state.End === true || state.Type === 'Succeed' || state.Type === 'Fail');
}

function reachable(start: string, targets: ReadonlyMap<string, readonly Target[]>): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [start];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    for (const target of targets.get(name) ?? []) waiting.push(target.name);
  }
  return reached;
}
