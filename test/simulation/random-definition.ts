import fc from 'fast-check';
import type { Json, JsonObject } from '../../core/json.ts';

export const RANDOM_INPUT: JsonObject = { n: 3, text: 'seven', items: [{ n: 1 }, { n: 2 }, { n: 3 }] };

/** Errors with which the tasks of a random definition fail, for its retriers and catchers to tell apart. */
export const RANDOM_ERRORS: readonly string[] = ['Boom', 'Crack', 'Lambda.Unknown'];

/** The function that ends an Express execution. */
export const LAST_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:last';

export const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:work';

/** The function that ends the process it runs in. */
export const DEADLY_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:deadly';

const RESOURCES = [
  FUNCTION_ARN,
  FUNCTION_ARN,
  'arn:aws:states:::lambda:invoke',
  'arn:aws:states:::lambda:invoke.waitForTaskToken',
  'arn:aws:states:us-east-1:123456789012:activity:desk',
] as const;

/** A state before it has a name and a language. */
type Sketch = (writer: Writer, next: Exit) => JsonObject;

/** Where a state leads: `go` are the fields for its way out, `next` the state they name, `later` names a state further down for a catcher or rule. */
interface Exit {
  readonly go: JsonObject;
  readonly next: string | undefined;
  readonly later: string | undefined;
}

/** Gives names to states and writes them in a language. */
class Writer {
  readonly machineJsonata: boolean;
  #states = 0;

  constructor(machineJsonata: boolean) {
    this.machineJsonata = machineJsonata;
  }

  get count(): number {
    return this.#states;
  }

  block(sketches: readonly Sketch[]): JsonObject {
    const names = sketches.map(() => `S${++this.#states}`);
    const states = sketches.map((sketch, i): [string, Json] => {
      const next = names[i + 1];
      const go: JsonObject = next === undefined ? { End: true } : { Next: next };
      return [names[i] ?? '', sketch(this, { go, next, later: names.at(-1) === names[i] ? undefined : names.at(-1) })];
    });
    return { StartAt: names[0] ?? '', States: Object.fromEntries(states) };
  }
}

function blockOf(inner: fc.Arbitrary<Sketch[]>): fc.Arbitrary<Sketch[]> {
  const plain = fc.oneof(
    { weight: 3, arbitrary: pass },
    { weight: 6, arbitrary: task },
    { weight: 2, arbitrary: wait },
    { weight: 2, arbitrary: choice },
  );
  const state = fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    { weight: 5, arbitrary: plain },
    { weight: 2, arbitrary: parallel(inner) },
    { weight: 2, arbitrary: map(inner) },
  );
  const last = fc.oneof({ weight: 8, arbitrary: state }, { weight: 1, arbitrary: fc.constantFrom(fail, succeed) });
  return fc.tuple(fc.array(state, { maxLength: 2 }), last).map(([states, end]) => [...states, end]);
}

const pass: fc.Arbitrary<Sketch> = fc
  .record({ jsonata: fc.boolean(), assigns: fc.boolean(), placed: fc.boolean() })
  .map(({ jsonata, assigns, placed }) => (writer, { go }) => {
    const variable = `v${writer.count}x${placed ? 1 : 0}`;
    if (jsonata || writer.machineJsonata) {
      return {
        Type: 'Pass',
        ...language(writer, true),
        ...(assigns ? { Assign: { [variable]: '{% $states.input.n %}' } } : {}),
        ...(placed ? { Output: '{% $merge([$states.input, {"id": $uuid(), "r": $random()}]) %}' } : {}),
        ...go,
      };
    }
    return {
      Type: 'Pass',
      ...(assigns ? { Assign: { [variable]: 1, [`${variable}y.$`]: '$.n' } } : {}),
      ...(placed ? { Parameters: { 'id.$': 'States.UUID()', 'n.$': '$.n' }, ResultPath: '$.passed' } : {}),
      ...go,
    };
  });

const wait: fc.Arbitrary<Sketch> = fc
  .record({ jsonata: fc.boolean(), seconds: fc.constantFrom(0, 1, 7, 90) })
  .map(({ jsonata, seconds }) => (writer, { go }) => ({
    Type: 'Wait',
    ...language(writer, jsonata),
    Seconds: seconds,
    ...go,
  }));

const choice: fc.Arbitrary<Sketch> = fc
  .record({ jsonata: fc.boolean(), limit: fc.integer({ min: 0, max: 5 }), hasDefault: fc.boolean() })
  .map(({ jsonata, limit, hasDefault }) => (writer, { go, next, later }) => {
    // A Choice cannot end a branch: where nothing follows, a Pass takes its place.
    if (next === undefined) return { Type: 'Pass', ...go };
    const isJsonata = jsonata || writer.machineJsonata;
    const rule: JsonObject = isJsonata
      ? { Condition: `{% $states.input.n > ${limit} %}`, Assign: { [`c${writer.count}`]: limit } }
      : { Variable: '$.n', NumericGreaterThan: limit };
    const below: JsonObject = isJsonata
      ? { Condition: '{% $states.input.n < 2 %}' }
      : { Variable: '$.n', NumericLessThan: 2 };
    return {
      Type: 'Choice',
      ...language(writer, jsonata),
      Choices: [
        { ...rule, Next: later ?? next },
        { ...below, Next: next },
      ],
      ...(hasDefault ? { Default: next } : {}),
    };
  });

const failureHandling = fc.record({
  retries: fc.array(
    fc.record({
      error: fc.constantFrom('Boom', 'Crack', 'States.Timeout', 'States.TaskFailed'),
      attempts: fc.integer({ min: 0, max: 2 }),
      intervalSeconds: fc.constantFrom(1, 2, 70),
      jitter: fc.boolean(),
    }),
    { maxLength: 2 },
  ),
  retriesAll: fc.boolean(),
  catches: fc.boolean(),
  catchesAll: fc.boolean(),
});

type FailureHandling = typeof failureHandling extends fc.Arbitrary<infer T> ? T : never;

function handling(handles: FailureHandling, jsonata: boolean, { later }: Exit): JsonObject {
  const retriers: JsonObject[] = handles.retries.map(({ error, attempts, intervalSeconds, jitter }) => ({
    ErrorEquals: [error],
    MaxAttempts: attempts,
    IntervalSeconds: intervalSeconds,
    ...(jitter ? { JitterStrategy: 'FULL' } : { BackoffRate: 1.5 }),
  }));
  if (handles.retriesAll) retriers.push({ ErrorEquals: ['States.ALL'], MaxAttempts: 1 });
  const catcher = {
    ErrorEquals: [handles.catchesAll ? 'States.ALL' : 'Boom'],
    ...(jsonata ? { Output: '{% $merge([$states.input, $states.errorOutput]) %}' } : { ResultPath: '$.caught' }),
  };
  return {
    ...(retriers.length === 0 ? {} : { Retry: retriers }),
    ...(handles.catches && later !== undefined ? { Catch: [{ ...catcher, Next: later }] } : {}),
  };
}

const task: fc.Arbitrary<Sketch> = fc
  .record({
    jsonata: fc.boolean(),
    resource: fc.constantFrom(...RESOURCES),
    timeoutSeconds: fc.option(fc.constantFrom(10, 100), { nil: undefined }),
    heartbeats: fc.boolean(),
    handles: failureHandling,
    assigns: fc.boolean(),
  })
  .map(({ jsonata, resource, timeoutSeconds, heartbeats, handles, assigns }) => (writer, exit) => {
    const isJsonata = jsonata || writer.machineJsonata;
    const variable = `t${writer.count}x${timeoutSeconds ?? 0}`;
    return {
      Type: 'Task',
      ...language(writer, jsonata),
      Resource: resource,
      ...taskArguments(resource, isJsonata),
      ...(timeoutSeconds === undefined ? {} : { TimeoutSeconds: timeoutSeconds }),
      ...(heartbeats ? { HeartbeatSeconds: 4 } : {}),
      ...(isJsonata
        ? { Output: '{% $merge([$states.input, {"result": $states.result}]) %}' }
        : { ResultPath: '$.result' }),
      ...(assigns ? { Assign: { [variable]: isJsonata ? '{% $states.result %}' : 2 } } : {}),
      ...handling(handles, isJsonata, exit),
      ...exit.go,
    };
  });

function taskArguments(resource: string, jsonata: boolean): JsonObject {
  if (!resource.includes(':states:::')) return {};
  const field = jsonata ? 'Arguments' : 'Parameters';
  if (!resource.endsWith('waitForTaskToken')) {
    return {
      [field]: { FunctionName: FUNCTION_ARN, ...(jsonata ? { Payload: '{% $states.input %}' } : { 'Payload.$': '$' }) },
    };
  }
  const payload = jsonata ? { token: '{% $states.context.Task.Token %}' } : { 'token.$': '$$.Task.Token' };
  return { [field]: { FunctionName: FUNCTION_ARN, Payload: payload } };
}

function parallel(inner: fc.Arbitrary<Sketch[]>): fc.Arbitrary<Sketch> {
  return fc
    .record({
      jsonata: fc.boolean(),
      branches: fc.array(inner, { minLength: 1, maxLength: 3 }),
      handles: failureHandling,
    })
    .map(({ jsonata, branches, handles }) => (writer, exit) => {
      const isJsonata = jsonata || writer.machineJsonata;
      return {
        Type: 'Parallel',
        ...language(writer, jsonata),
        Branches: branches.map((branch) => writer.block(branch)),
        ...(isJsonata
          ? { Output: '{% $merge([$states.input, {"all": $count($states.result)}]) %}' }
          : { ResultPath: '$.all' }),
        ...handling(handles, isJsonata, exit),
        ...exit.go,
      };
    });
}

function map(inner: fc.Arbitrary<Sketch[]>): fc.Arbitrary<Sketch> {
  return fc
    .record({
      jsonata: fc.boolean(),
      block: inner,
      concurrency: fc.integer({ min: 0, max: 3 }),
      tolerated: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
      selects: fc.boolean(),
      handles: failureHandling,
    })
    .map(({ jsonata, block, concurrency, tolerated, selects, handles }) => (writer, exit) => {
      const isJsonata = jsonata || writer.machineJsonata;
      const selector: JsonObject = isJsonata
        ? { n: '{% $states.context.Map.Item.Value.n %}', items: [{ n: 1 }, { n: 2 }] }
        : { 'n.$': '$$.Map.Item.Value.n', items: [{ n: 1 }, { n: 2 }] };
      return {
        Type: 'Map',
        ...language(writer, jsonata),
        ...(isJsonata ? { Items: '{% $states.input.items %}' } : { ItemsPath: '$.items' }),
        ...(selects ? { ItemSelector: selector } : {}),
        ItemProcessor: writer.block(block),
        MaxConcurrency: concurrency,
        ...(tolerated === undefined ? {} : { ToleratedFailureCount: tolerated }),
        ...(isJsonata
          ? { Output: '{% $merge([$states.input, {"mapped": $count($states.result)}]) %}' }
          : { ResultPath: '$.mapped' }),
        ...handling(handles, isJsonata, exit),
        ...exit.go,
      };
    });
}

const fail: Sketch = () => ({ Type: 'Fail', Error: 'Boom', Cause: 'as written' });

const succeed: Sketch = () => ({ Type: 'Succeed' });

/** States of a JSONPath machine may speak JSONata, not the other way round. */
function language(writer: Writer, jsonata: boolean): JsonObject {
  return jsonata && !writer.machineJsonata ? { QueryLanguage: 'JSONata' } : {};
}

/**
 * Definitions that use what an execution's state is made of: every state type, both query languages, Retry and Catch,
 * nested Parallel and Map, variables, tasks of all three kinds with timeouts and heartbeats. Control flow only goes
 * forward, so every execution of one ends. States expect input of the shape of `RANDOM_INPUT` and mostly keep it.
 */
export const randomDefinition: fc.Arbitrary<JsonObject> = fc
  .record({
    jsonata: fc.boolean(),
    block: fc.letrec<{ block: Sketch[] }>((tie) => ({ block: blockOf(tie('block')) })).block,
    timeoutSeconds: fc.option(fc.constantFrom(5, 60, 300), { freq: 6, nil: undefined }),
  })
  .map(({ jsonata, block, timeoutSeconds }) => ({
    QueryLanguage: jsonata ? 'JSONata' : 'JSONPath',
    ...(timeoutSeconds === undefined ? {} : { TimeoutSeconds: timeoutSeconds }),
    ...new Writer(jsonata).block(block),
  }));
