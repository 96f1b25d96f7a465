import { parseResource } from '../definition/resource.ts';
import type { Payload } from '../interpreter/payload.ts';
import { isArray, isObject, type Json } from '../json.ts';
import { isNote, KIND, STATE_TYPES } from './event-kind.ts';
import { startFacts } from './log-ends.ts';
import { type LogEntry, LogReader, type LogTurn } from './log-reader.ts';

/**
 * An event as GetExecutionHistory shows it, without its timestamp's format: HistoryEvent in the API reference.
 * `details` is the value of the one `…EventDetails` member, `detailsName` its name; neither where the type has none.
 */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** Milliseconds since the epoch. */
  readonly timestampMs: number;
  readonly type: string;
  readonly detailsName: string | undefined;
  readonly details: { readonly [field: string]: Json } | undefined;
}

/** All events of a log as AWS shows them. `includeData` false: without inputs and outputs. */
export function readHistory(turns: Iterable<LogTurn>, includeData: boolean): HistoryEvent[] {
  const view = new HistoryView(includeData);
  const reader = new LogReader();
  for (const turn of turns) reader.read(turn, (entry) => view.entry(entry));
  return view.events;
}

type Shown = { readonly name?: string; readonly details?: { [field: string]: Json } };

/** Remembers what later events show again: the resource that a frame's task was scheduled for. */
class HistoryView {
  readonly events: HistoryEvent[] = [];
  readonly #includeData: boolean;
  readonly #resources: Map<number, string> = new Map();
  #region = '';

  constructor(includeData: boolean) {
    this.#includeData = includeData;
  }

  entry(entry: LogEntry): void {
    const type = typeName(entry);
    const { name, details } = this.#show(entry);
    if (isNote(entry.kind)) return;
    this.events.push({
      id: entry.id,
      previousEventId: entry.afterId,
      timestampMs: entry.atMs,
      type,
      detailsName:
        details === undefined ? undefined : (name ?? `${type[0]?.toLowerCase()}${type.slice(1)}EventDetails`),
      details,
    });
  }

  /** Reads every payload of the entry, shown or not: later entries refer to them by their order. */
  #show(entry: LogEntry): Shown {
    switch (entry.kind) {
      case KIND.ExecutionStarted:
        return this.#executionStarted(entry);
      case KIND.ExecutionSucceeded:
        return { details: this.#data('output', entry.payload(0)) };
      case KIND.ExecutionFailed:
      case KIND.ExecutionAborted:
      case KIND.ExecutionTimedOut:
        return { details: failure(entry) };
      case KIND.StateEntered:
        return {
          name: 'stateEnteredEventDetails',
          details: { name: entry.text(1), ...this.#data('input', entry.payload(2)) },
        };
      case KIND.StateExited:
        return { name: 'stateExitedEventDetails', details: this.#stateExited(entry) };
      case KIND.EvaluationFailed:
        return { details: evaluationFailed(entry) };
      case KIND.ParallelStateStarted:
        entry.payload(1);
        return {};
      case KIND.MapStateStarted:
        entry.payload(1);
        return { details: { length: entry.number(0) } };
      case KIND.MapIterationStarted:
        entry.payload(2);
        return { details: { name: entry.text(0), index: entry.number(1) } };
      case KIND.MapIterationSucceeded:
      case KIND.MapIterationFailed:
      case KIND.MapIterationAborted:
        return { details: { name: entry.text(0), index: entry.number(1) } };
      default:
        return this.#showTask(entry);
    }
  }

  #showTask(entry: LogEntry): Shown {
    switch (entry.kind) {
      case KIND.LambdaFunctionScheduled:
      case KIND.ActivityScheduled:
        return { details: { resource: entry.text(1), ...this.#data('input', entry.payload(2)), ...limits(entry) } };
      case KIND.TaskScheduled:
        return { details: this.#taskScheduled(entry) };
      case KIND.ActivityStarted:
        return { details: optional('workerName', entry.textOrUndefined(0)) };
      case KIND.TaskStarted:
        return { details: this.#resource(entry) };
      case KIND.LambdaFunctionSucceeded:
      case KIND.ActivitySucceeded:
        return { details: this.#data('output', entry.payload(0)) };
      case KIND.TaskSucceeded:
      case KIND.TaskSubmitted:
        return { details: { ...this.#resource(entry), ...this.#data('output', entry.payload(0)) } };
      case KIND.LambdaFunctionFailed:
      case KIND.LambdaFunctionTimedOut:
      case KIND.ActivityFailed:
      case KIND.ActivityTimedOut:
        return { details: failure(entry) };
      case KIND.TaskFailed:
      case KIND.TaskTimedOut:
        return { details: { ...this.#resource(entry), ...failure(entry) } };
      default:
        return {};
    }
  }

  #executionStarted(entry: LogEntry): Shown {
    const { executionArn, roleArn, stateMachineVersionArn, stateMachineAliasArn } = startFacts(entry);
    this.#region = executionArn.split(':')[3] ?? '';
    return {
      details: {
        ...this.#data('input', entry.payload(1)),
        roleArn,
        ...optional('stateMachineVersionArn', stateMachineVersionArn ?? undefined),
        ...optional('stateMachineAliasArn', stateMachineAliasArn ?? undefined),
      },
    };
  }

  #stateExited(entry: LogEntry): { [field: string]: Json } {
    const details = { name: entry.text(1), ...this.#data('output', entry.payload(2)) };
    const assigned = entry.payloadOrUndefined(3);
    if (assigned === undefined || !this.#includeData) return details;
    return { ...details, assignedVariables: assignedTexts(assigned), assignedVariablesDetails: { truncated: false } };
  }

  #taskScheduled(entry: LogEntry): { [field: string]: Json } {
    this.#resources.set(entry.frameId, entry.text(1));
    const parameters = entry.payload(2);
    return {
      ...this.#resource(entry),
      region: this.#region,
      parameters: this.#includeData ? parameters.text : '',
      ...limits(entry),
    };
  }

  #resource(entry: LogEntry): { [field: string]: Json } {
    const resource = parseResource(this.#resources.get(entry.frameId) ?? '');
    if (resource?.kind !== 'service') return {};
    return { resourceType: resource.service, resource: resource.resource };
  }

  #data(field: 'input' | 'output', payload: Payload): { [field: string]: Json } {
    const details = { [`${field}Details`]: { truncated: false } };
    return this.#includeData ? { [field]: payload.text, ...details } : details;
  }
}

const KIND_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(KIND).map(([name, kind]) => [kind, name]));

function typeName(entry: LogEntry): string {
  const name = KIND_NAMES.get(entry.kind) ?? '';
  if (entry.kind !== KIND.StateEntered && entry.kind !== KIND.StateExited && entry.kind !== KIND.StateAborted)
    return name;
  return `${STATE_TYPES[entry.number(0)] ?? ''}${name}`;
}

function failure(entry: LogEntry): { [field: string]: Json } {
  return { ...optional('error', entry.textOrUndefined(0)), ...optional('cause', entry.textOrUndefined(1)) };
}

function evaluationFailed(entry: LogEntry): { [field: string]: Json } {
  return { ...failure(entry), ...optional('location', entry.textOrUndefined(2)), state: entry.text(3) };
}

function limits(entry: LogEntry): { [field: string]: Json } {
  const credentials = entry.textOrUndefined(5);
  return {
    ...optional('timeoutInSeconds', entry.numberOrUndefined(3)),
    ...optional('heartbeatInSeconds', entry.numberOrUndefined(4)),
    ...optional('taskCredentials', credentials === undefined ? undefined : taskCredentials(credentials)),
  };
}

/** Credentials name the role `RoleArn`, events `roleArn`. */
function taskCredentials(text: string): Json {
  const credentials: unknown = JSON.parse(text);
  const value = credentials as Json; // JSON.parse gives JSON
  return isObject(value) && value.RoleArn !== undefined ? { roleArn: value.RoleArn } : {};
}

/** Each variable is shown as JSON text of its own. */
function assignedTexts(assigned: Payload): Json {
  const { value } = assigned;
  if (!isObject(value) || isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, variable]) => [name, JSON.stringify(variable)]));
}

function optional(field: string, value: Json | undefined): { [field: string]: Json } {
  return value === undefined ? {} : { [field]: value };
}
