import type { Json } from '../../core/json.ts';

/** A workflow that is run over and over, the same for every target. */
export interface Workflow {
  readonly name: string;
  /** What it does, for the table of results. */
  readonly about: string;
  /** As Redstep runs it. Peers have a handler of the workflow's name. */
  readonly definition: Json;
  readonly input: Json;
  /** Events in the history of each execution: checked. */
  readonly historyEvents: number;
  /** Numbers of executions under way at which it is measured: the first one tells the latency, the best one counts. */
  readonly inFlight: readonly number[];
}

/** A Task that calls the function which does nothing. */
export function noopTask(next: string | undefined): { readonly [field: string]: Json } {
  const task = { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:123456789012:function:noop' };
  return next === undefined ? { ...task, End: true } : { ...task, Next: next };
}

/** About 200 bytes of JSON. */
export function payloadOf200Bytes(number: number): Json {
  return { number, text: 'x'.repeat(170) };
}
