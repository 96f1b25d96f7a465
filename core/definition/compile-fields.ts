import { assert } from '../assert.ts';
import { Payload } from '../interpreter/payload.ts';
import type { Json } from '../json.ts';
import { compilePath } from '../query/json-path.ts';
import { jsonataText } from '../query/jsonata.ts';
import { compilePathExpression } from '../query/path-expression.ts';
import type { Query } from '../query/query-scope.ts';
import { compileReferencePath } from '../query/reference-path.ts';
import { parseTimestamp } from '../timestamp.ts';
import type { FailState, MapState, PassState, State, TaskState, WaitState } from './ast.ts';
import type { Queries } from './compile-queries.ts';
import type {
  CompiledFail,
  CompiledMap,
  CompiledTask,
  CompiledWait,
  DataFlow,
  ItemsField,
  ResultPath,
} from './program.ts';
import { parseResource } from './resource.ts';

/** The fields of each state type that become part of a program. */

export function compileFlow(state: State, queries: Queries): DataFlow {
  const parameters = 'Parameters' in state ? state.Parameters : 'Arguments' in state ? state.Arguments : undefined;
  const name = queries.jsonata ? 'Arguments' : 'Parameters';
  return {
    jsonata: queries.jsonata,
    inputPath: queries.jsonata ? undefined : compileWholePath(state.InputPath, 'InputPath'),
    // A Map's Parameters is ItemSelector's old name.
    parameters: state.Type === 'Map' ? undefined : queries.template(parameters, name),
    resultSelector: 'ResultSelector' in state ? queries.template(state.ResultSelector, 'ResultSelector') : undefined,
    resultPath: compileResultPath('ResultPath' in state ? state.ResultPath : undefined),
    output: queries.jsonata
      ? queries.template(state.Output, 'Output')
      : compileWholePath(state.OutputPath, 'OutputPath'),
    assign: queries.template(state.Assign, 'Assign'),
  };
}

/** InputPath and OutputPath: `$` and absent mean the whole, null means an empty object. */
function compileWholePath(path: string | null | undefined, field: string): Query | undefined {
  if (path === undefined || path === '$') return undefined;
  if (path === null) return () => EMPTY;
  return path.startsWith('$') ? compilePath(path) : compilePathExpression(path, field);
}

const EMPTY: Json = Object.freeze({});

export function compileResultPath(path: string | null | undefined): ResultPath {
  if (path === null) return 'discard';
  return path === undefined || path === '$' ? 'replace' : compileReferencePath(path);
}

export function passResult(state: PassState): Payload | undefined {
  if (state.Result === undefined) return undefined;
  return Payload.of(JSON.stringify(state.Result), state.Result);
}

export function taskFields(
  state: TaskState,
  queries: Queries,
): Pick<CompiledTask, 'type' | 'resourceArn' | 'resource' | 'timeoutSeconds' | 'heartbeatSeconds' | 'credentials'> {
  const resource = parseResource(state.Resource);
  assert(resource !== undefined, `'${state.Resource}' names a resource: the definition is valid`);
  return {
    type: 'Task',
    resourceArn: state.Resource,
    resource,
    timeoutSeconds: queries.field<number>('TimeoutSeconds', state.TimeoutSeconds, state.TimeoutSecondsPath),
    heartbeatSeconds: queries.field<number>('HeartbeatSeconds', state.HeartbeatSeconds, state.HeartbeatSecondsPath),
    credentials: queries.template(state.Credentials, 'Credentials'),
  };
}

export function failFields(state: FailState, queries: Queries): Pick<CompiledFail, 'type' | 'error' | 'cause'> {
  return {
    type: 'Fail',
    error: queries.field<string>('Error', state.Error, state.ErrorPath),
    cause: queries.field<string>('Cause', state.Cause, state.CausePath),
  };
}

export function waitUntil(state: WaitState, queries: Queries): CompiledWait['until'] {
  const seconds = queries.field<number>('Seconds', state.Seconds, state.SecondsPath);
  if (seconds !== undefined) return { kind: 'seconds', field: seconds };
  const timestamp = queries.field<string>('Timestamp', state.Timestamp, state.TimestampPath);
  assert(timestamp !== undefined, 'a Wait says until when: the definition is valid');
  const { constant, ...field } = timestamp;
  return {
    kind: 'timestamp',
    field: { ...field, constant: constant === undefined ? undefined : parseTimestamp(constant) },
  };
}

export function mapFields(
  state: MapState,
  queries: Queries,
): Omit<CompiledMap, 'type' | 'name' | 'typeNumber' | 'flow' | 'next' | 'retry' | 'catch' | 'processor'> {
  return {
    items: itemsField(state, queries),
    itemSelector: queries.template(state.ItemSelector ?? state.Parameters, 'ItemSelector'),
    maxConcurrency: queries.field<number>('MaxConcurrency', state.MaxConcurrency, state.MaxConcurrencyPath),
    toleratedCount: queries.field<number>(
      'ToleratedFailureCount',
      state.ToleratedFailureCount,
      state.ToleratedFailureCountPath,
    ),
    toleratedPercentage: queries.field<number>(
      'ToleratedFailurePercentage',
      state.ToleratedFailurePercentage,
      state.ToleratedFailurePercentagePath,
    ),
    unsupported: unsupported(state),
  };
}

function itemsField(state: MapState, queries: Queries): ItemsField | undefined {
  if (queries.jsonata) {
    const query = queries.template(state.Items, 'Items');
    if (query === undefined) return undefined;
    const text = typeof state.Items === 'string' ? jsonataText(state.Items) : JSON.stringify(state.Items);
    return { name: 'Items', query, members: undefined, text };
  }
  const path = state.ItemsPath;
  if (path === undefined || path === '$') return undefined;
  return { name: 'ItemsPath', query: compilePath(path), members: plainMembers(path), text: path };
}

/** `$.a.b` → a, b. Undefined for any other path. */
function plainMembers(path: string): readonly string[] | undefined {
  return /^\$(\.[A-Za-z_]\w*)+$/.test(path) ? path.slice(2).split('.') : undefined;
}

function unsupported(state: MapState): string | undefined {
  const processor = state.ItemProcessor ?? state.Iterator;
  if (processor?.ProcessorConfig?.Mode !== 'DISTRIBUTED') return undefined;
  return 'Distributed Map (ProcessorConfig.Mode DISTRIBUTED) cannot be run by this version of Redstep.';
}
