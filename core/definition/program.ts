import type { Payload } from '../interpreter/payload.ts';
import type { Placement } from '../interpreter/placement.ts';
import type { Query } from '../query/query-scope.ts';
import type { ReferencePath } from '../query/reference-path.ts';
import type { TaskResource } from './resource.ts';

/** A definition compiled: states linked, expressions turned into closures. Nothing is parsed during a transition. */
export interface Program {
  readonly root: CompiledBlock;
  /** All states of the machine by name: names are unique across branches. */
  readonly states: ReadonlyMap<string, CompiledState>;
  readonly timeoutSeconds: number | undefined;
  readonly express: boolean;
  /** How many iterations of an inline Map run at once at most. */
  readonly mapConcurrencyMax: number;
  readonly placement: Placement;
}

export interface CompiledBlock {
  readonly start: CompiledState;
}

export type CompiledState =
  | CompiledTask
  | CompiledPass
  | CompiledChoice
  | CompiledWait
  | CompiledSucceed
  | CompiledFail
  | CompiledParallel
  | CompiledMap;

/** How a state takes its input and gives its output: one of the two query languages. */
export interface DataFlow {
  readonly jsonata: boolean;
  /** JSONPath. Undefined: the whole input. */
  readonly inputPath: Query | undefined;
  /** Parameters or Arguments; ItemSelector does not count. Undefined: the input goes on as it is. */
  readonly parameters: Query | undefined;
  readonly resultSelector: Query | undefined;
  readonly resultPath: ResultPath;
  /** OutputPath or Output. Undefined: what there is goes out as it is. */
  readonly output: Query | undefined;
  readonly assign: Query | undefined;
}

/** What becomes of a result: it replaces the input, is dropped, or goes into the input. */
export type ResultPath = 'replace' | 'discard' | ReferencePath;

interface CompiledCommon {
  readonly name: string;
  /** Place of the type in STATE_TYPES. */
  readonly typeNumber: number;
  readonly flow: DataFlow;
  /** Next, or a Choice's Default. Undefined: the state ends its branch. Set when all states of its block are there. */
  next: CompiledState | undefined;
  readonly retry: readonly CompiledRetrier[];
  readonly catch: readonly CompiledCatcher[];
}

export interface CompiledTask extends CompiledCommon {
  readonly type: 'Task';
  readonly resourceArn: string;
  readonly resource: TaskResource;
  readonly timeoutSeconds: Field<number> | undefined;
  readonly heartbeatSeconds: Field<number> | undefined;
  readonly credentials: Query | undefined;
}

export interface CompiledPass extends CompiledCommon {
  readonly type: 'Pass';
  readonly result: Payload | undefined;
}

export interface CompiledChoice extends CompiledCommon {
  readonly type: 'Choice';
  readonly branches: readonly CompiledChoiceBranch[];
}

export interface CompiledChoiceBranch {
  readonly matches: (scope: Parameters<Query>[0]) => boolean;
  next: CompiledState;
  /** Undefined: the state's own. */
  readonly assign: Query | undefined;
  readonly output: Query | undefined;
}

export interface CompiledWait extends CompiledCommon {
  readonly type: 'Wait';
  readonly until:
    | { readonly kind: 'seconds'; readonly field: Field<number> }
    | { readonly kind: 'timestamp'; readonly field: Field<number> };
}

export interface CompiledSucceed extends CompiledCommon {
  readonly type: 'Succeed';
}

export interface CompiledFail extends CompiledCommon {
  readonly type: 'Fail';
  /** Undefined: the field is absent. */
  readonly error: Field<string> | undefined;
  readonly cause: Field<string> | undefined;
}

export interface CompiledParallel extends CompiledCommon {
  readonly type: 'Parallel';
  readonly branches: readonly CompiledBlock[];
}

export interface CompiledMap extends CompiledCommon {
  readonly type: 'Map';
  readonly processor: CompiledBlock;
  /** Undefined: the input itself. */
  readonly items: ItemsField | undefined;
  readonly itemSelector: Query | undefined;
  readonly maxConcurrency: Field<number> | undefined;
  readonly toleratedCount: Field<number> | undefined;
  readonly toleratedPercentage: Field<number> | undefined;
  /** Why it cannot run here, where it cannot: the reason fails the state. */
  readonly unsupported: string | undefined;
}

/** What a state type adds to what all have. */
export type StateSpecifics = CompiledState extends infer S
  ? S extends CompiledState
    ? Omit<S, keyof CompiledCommon>
    : never
  : never;

/** A field that is a value in the definition, or an expression for one. */
export interface Field<T> {
  /** As AWS's messages name it: `Seconds`, `TimeoutSecondsPath`. */
  readonly name: string;
  /** Undefined: `query` tells. */
  readonly constant: T | undefined;
  readonly query: Query | undefined;
  /** The expression as it is written, without JSONata's delimiters. */
  readonly text: string;
}

export interface ItemsField {
  readonly name: string;
  readonly query: Query;
  /** Member names that lead to the items, where the path is that plain: the log then stores the way, not the items. */
  readonly members: readonly string[] | undefined;
  readonly text: string;
}

export interface CompiledRetrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number;
  readonly jitter: boolean;
}

export interface CompiledCatcher {
  readonly errorEquals: readonly string[];
  next: CompiledState;
  readonly resultPath: ResultPath;
  readonly output: Query | undefined;
  readonly assign: Query | undefined;
}
