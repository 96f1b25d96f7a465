import { executionName, stateMachineName } from '../arn.ts';
import type { Host } from '../host.ts';
import type { Json, JsonObject } from '../json.ts';
import type { QueryScope } from '../query/query-scope.ts';
import { formatTimestamp } from '../timestamp.ts';
import { type Execution, type Frame, type MapItem, nearestItem, readVariable } from './execution.ts';
import { taskToken } from './task-token.ts';

/** What the expressions of one state see. One scope serves a whole step: `at` moves it to a frame. */
export class StateScope implements QueryScope {
  input: Json = null;
  result: Json | undefined = undefined;
  errorOutput: Json | undefined = undefined;
  readonly host: Host;
  readonly nowMs: number;
  readonly #execution: Execution;
  #frame: Frame;
  #context: Json | undefined = undefined;
  #item: MapItem | undefined = undefined;

  constructor(execution: Execution, host: Host, nowMs: number) {
    this.#execution = execution;
    this.#frame = execution.root;
    this.host = host;
    this.nowMs = nowMs;
  }

  at(frame: Frame, input: Json): this {
    this.#frame = frame;
    this.#context = undefined;
    this.#item = undefined;
    this.input = input;
    this.result = undefined;
    this.errorOutput = undefined;
    return this;
  }

  /** A Map's ItemSelector sees the item although its iteration has not begun. */
  atItem(frame: Frame, input: Json, item: MapItem): this {
    this.at(frame, input);
    this.#item = item;
    return this;
  }

  variable(name: string): Json | undefined {
    return readVariable(this.#frame, name);
  }

  context(): Json {
    this.#context ??= contextObject(this.#execution, this.#frame, this.#item ?? nearestItem(this.#frame));
    return this.#context;
  }
}

/** The context object. AWS: "Accessing execution data from the Context object". */
function contextObject(execution: Execution, frame: Frame, item: MapItem | undefined): Json {
  const { facts } = execution;
  const context: { [key: string]: Json } = {
    Execution: {
      Id: facts.executionArn,
      Input: execution.input.value,
      StartTime: formatTimestamp(execution.startMs),
      Name: executionName(facts.executionArn),
      RoleArn: facts.roleArn,
      RedriveCount: 0,
    },
    StateMachine: { Id: facts.stateMachineArn, Name: stateMachineName(facts.stateMachineArn) },
  };
  if (frame.state !== undefined) context.State = stateContext(frame);
  if (waitsForToken(frame)) context.Task = { Token: taskToken(execution, execution.lastTaskNumber + 1) };
  if (item !== undefined) context.Map = { Item: { Index: item.index, Value: item.value.value } };
  return context;
}

function stateContext(frame: Frame): JsonObject {
  const state = frame.state;
  const named = { Name: state?.name ?? '', EnteredTime: formatTimestamp(frame.enteredMs) };
  return state?.type === 'Task' || state?.type === 'Parallel' || state?.type === 'Map'
    ? { ...named, RetryCount: frame.retryCount }
    : named;
}

/** `$$.Task.Token` is there where an answer can be sent: the token of the attempt that is about to be scheduled. */
function waitsForToken(frame: Frame): boolean {
  return (
    frame.state?.type === 'Task' &&
    frame.state.resource.kind === 'service' &&
    frame.state.resource.pattern === 'wait-for-task-token'
  );
}
