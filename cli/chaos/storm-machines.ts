import type { Json } from '../../core/json.ts';

/** A state machine of the storm, and what each of its executions has to come to. */
export interface StormMachine {
  readonly definition: object;
  /** How many calls the output has to tell of; of Parallel and Map, each branch. */
  readonly counts: Json;
  /** How many attempts an execution makes. */
  readonly attempts: number;
}

const lambda = (name: string): string => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const step = { Type: 'Task', Resource: lambda('step') };
const stepOnly = (name: string): object => ({ StartAt: name, States: { [name]: { ...step, End: true } } });

export const STORM_MACHINES: { readonly [name: string]: StormMachine } = {
  sequence: {
    definition: {
      StartAt: 'A',
      States: { A: { ...step, Next: 'B' }, B: { ...step, Next: 'C' }, C: { ...step, End: true } },
    },
    counts: 3,
    attempts: 3,
  },
  retry: {
    definition: {
      StartAt: 'A',
      States: {
        A: {
          Type: 'Task',
          Resource: lambda('flaky'),
          Retry: [{ ErrorEquals: ['TypeError'], IntervalSeconds: 1, MaxAttempts: 2 }],
          Next: 'B',
        },
        B: { ...step, End: true },
      },
    },
    counts: 2,
    attempts: 3,
  },
  parallel: {
    definition: {
      StartAt: 'All',
      States: { All: { Type: 'Parallel', Branches: ['A', 'B', 'C'].map(stepOnly), End: true } },
    },
    counts: [1, 1, 1],
    attempts: 3,
  },
  map: {
    definition: {
      StartAt: 'Each',
      States: {
        Each: { Type: 'Map', ItemsPath: '$.items', ItemProcessor: stepOnly('A'), MaxConcurrency: 2, End: true },
      },
    },
    counts: [1, 1, 1, 1, 1],
    attempts: 5,
  },
  wait: {
    definition: {
      StartAt: 'A',
      States: {
        A: { ...step, Next: 'Wait' },
        Wait: { Type: 'Wait', Seconds: 1, Next: 'B' },
        B: { ...step, End: true },
      },
    },
    counts: 2,
    attempts: 2,
  },
};

/** Express, at least once: nothing but its effects can be seen. */
export const STORM_EXPRESS: { readonly name: string; readonly definition: object; readonly attempts: number } = {
  name: 'express',
  definition: { StartAt: 'A', States: { A: { ...step, Next: 'B' }, B: { ...step, End: true } } },
  attempts: 2,
};

/** The input of any of them: each call takes `ms`. */
export function stormInput(ms: number): object {
  const event = { ms, count: 0 };
  return { ...event, items: [event, event, event, event, event] };
}

/** What an output tells of the calls that led to it. */
export function countsOf(output: unknown): Json {
  if (Array.isArray(output)) return output.map(countsOf);
  return typeof output === 'object' && output !== null && 'count' in output ? Number(output.count) : null;
}
