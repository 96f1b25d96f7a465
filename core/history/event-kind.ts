/**
 * The entries of a log, numbered. Numbers and fields are part of the stored format: append, never change or reuse.
 * An entry is `kind, frame, previousEventId` and its fields, in this order, in one flat array per turn.
 * Entries from 100 on are notes: facts that only the fold needs. They have no event id and are never shown.
 */
export const KIND = {
  ExecutionStarted: 1,
  ExecutionSucceeded: 2,
  ExecutionFailed: 3,
  ExecutionAborted: 4,
  ExecutionTimedOut: 5,
  StateEntered: 6,
  StateExited: 7,
  StateAborted: 8,
  EvaluationFailed: 9,
  LambdaFunctionScheduled: 10,
  LambdaFunctionStarted: 11,
  LambdaFunctionSucceeded: 12,
  LambdaFunctionFailed: 13,
  LambdaFunctionTimedOut: 14,
  ActivityScheduled: 15,
  ActivityStarted: 16,
  ActivitySucceeded: 17,
  ActivityFailed: 18,
  ActivityTimedOut: 19,
  TaskScheduled: 20,
  TaskStarted: 21,
  TaskSucceeded: 22,
  TaskFailed: 23,
  TaskTimedOut: 24,
  TaskSubmitted: 25,
  ParallelStateStarted: 26,
  ParallelStateSucceeded: 27,
  ParallelStateFailed: 28,
  MapStateStarted: 29,
  MapStateSucceeded: 30,
  MapStateFailed: 31,
  MapIterationStarted: 32,
  MapIterationSucceeded: 33,
  MapIterationFailed: 34,
  MapIterationAborted: 35,
  TimerSet: 100,
  RetrySet: 101,
  TaskBeat: 102,
  ChildDropped: 103,
  BranchSpread: 104,
  BranchTurn: 105,
  BranchStarted: 106,
  BranchEnded: 107,
  BranchAcknowledged: 108,
  FailureHeld: 109,
  BranchReleased: 110,
} as const;

type EventKind = (typeof KIND)[keyof typeof KIND];

const NOTES_FROM = 100;

export function isNote(kind: number): boolean {
  return kind >= NOTES_FROM;
}

/** Entries that tell how an attempt of a task goes. */
export function isTaskKind(kind: number): boolean {
  return (kind >= KIND.LambdaFunctionScheduled && kind <= KIND.TaskSubmitted) || kind === KIND.TaskBeat;
}

/** How many fields follow the three that every entry has. */
export const FIELD_COUNT: { readonly [kind: number]: number } = {
  [KIND.ExecutionStarted]: 2, // start facts, input
  [KIND.ExecutionSucceeded]: 1, // output
  [KIND.ExecutionFailed]: 2, // error, cause
  [KIND.ExecutionAborted]: 2,
  [KIND.ExecutionTimedOut]: 2,
  [KIND.StateEntered]: 3, // state type, name, input
  [KIND.StateExited]: 5, // state type, name, output, assigned variables, next state
  [KIND.StateAborted]: 1, // state type
  [KIND.EvaluationFailed]: 4, // error, cause, location, state
  [KIND.LambdaFunctionScheduled]: 6, // task number, resource ARN, input, timeout s, heartbeat s, credentials
  [KIND.LambdaFunctionStarted]: 0,
  [KIND.LambdaFunctionSucceeded]: 1, // output
  [KIND.LambdaFunctionFailed]: 2, // error, cause
  [KIND.LambdaFunctionTimedOut]: 2,
  [KIND.ActivityScheduled]: 6,
  [KIND.ActivityStarted]: 1, // worker name
  [KIND.ActivitySucceeded]: 1,
  [KIND.ActivityFailed]: 2,
  [KIND.ActivityTimedOut]: 2,
  [KIND.TaskScheduled]: 6,
  [KIND.TaskStarted]: 0,
  [KIND.TaskSucceeded]: 1,
  [KIND.TaskFailed]: 2,
  [KIND.TaskTimedOut]: 2,
  [KIND.TaskSubmitted]: 1, // output
  [KIND.ParallelStateStarted]: 2, // branches, input
  [KIND.ParallelStateSucceeded]: 0,
  [KIND.ParallelStateFailed]: 0,
  [KIND.MapStateStarted]: 5, // length, items, concurrency, tolerated count, tolerated percentage
  [KIND.MapStateSucceeded]: 0,
  [KIND.MapStateFailed]: 0,
  [KIND.MapIterationStarted]: 3, // name, index, input
  [KIND.MapIterationSucceeded]: 2, // name, index
  [KIND.MapIterationFailed]: 2, // name, index
  [KIND.MapIterationAborted]: 2,
  [KIND.TimerSet]: 1, // due ms
  [KIND.RetrySet]: 2, // retrier index, due ms
  [KIND.TaskBeat]: 0,
  [KIND.ChildDropped]: 0,
  [KIND.BranchSpread]: 0,
  [KIND.BranchTurn]: 6, // time ms, entries that follow, entries taken so far, first event's id, payloads and frames so far
  [KIND.BranchStarted]: 6, // start facts, input, origin (branch.ts), execution's input, item, variables
  [KIND.BranchEnded]: 5, // output, error, cause, status, 1: no retrier or catcher takes it + 2: a heartbeat was missed
  [KIND.BranchAcknowledged]: 0,
  [KIND.FailureHeld]: 4, // error, reason, location, 1: nothing catches it
  [KIND.BranchReleased]: 0,
} satisfies Record<EventKind, number>;

/** Which of an event's fields are payloads: those that stand in it as text have a number in its log. */
export const PAYLOAD_FIELDS: { readonly [kind: number]: readonly number[] } = {
  [KIND.StateEntered]: [2],
  [KIND.StateExited]: [2, 3],
  [KIND.LambdaFunctionScheduled]: [2],
  [KIND.LambdaFunctionSucceeded]: [0],
  [KIND.ActivityScheduled]: [2],
  [KIND.ActivitySucceeded]: [0],
  [KIND.TaskScheduled]: [2],
  [KIND.TaskSucceeded]: [0],
  [KIND.TaskSubmitted]: [0],
  [KIND.ParallelStateStarted]: [1],
  [KIND.MapStateStarted]: [1],
  [KIND.MapIterationStarted]: [2],
};

/** State types as stored, by their place here. Append only. */
export const STATE_TYPES = ['Task', 'Pass', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'] as const;
