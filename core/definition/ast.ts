import type { Json, JsonObject } from '../json.ts';

/**
 * A definition that `validate` found no error in, as ASL writes it. Field names are ASL's own; every field keeps the
 * JSON it came with, so the AST of a definition is its parsed text, typed.
 * Source: states-language.net, and "Amazon States Language" in AWS's developer guide.
 */
export interface Definition extends StatesBlock {
  readonly Comment?: string;
  readonly Version?: string;
  readonly TimeoutSeconds?: number;
  readonly QueryLanguage?: QueryLanguage;
  readonly ProcessorConfig?: ProcessorConfig;
}

export type QueryLanguage = 'JSONPath' | 'JSONata';

/** What a machine, a branch and an item processor have in common. */
export interface StatesBlock {
  readonly StartAt: string;
  readonly States: { readonly [name: string]: State };
}

export type State =
  | TaskState
  | PassState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

export type StateType = State['Type'];

interface StateCommon {
  readonly Comment?: string;
  readonly QueryLanguage?: QueryLanguage;
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
  /** JSONata only. */
  readonly Output?: Json;
  readonly Assign?: JsonObject;
}

interface Transition {
  readonly Next?: string;
  readonly End?: boolean;
}

/** The fields of states that ask for work and take its result. */
interface ResultFields {
  readonly Parameters?: Json;
  readonly Arguments?: Json;
  readonly ResultSelector?: JsonObject;
  readonly ResultPath?: string | null;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface TaskState extends StateCommon, Transition, ResultFields {
  readonly Type: 'Task';
  readonly Resource: string;
  /** A number, or a JSONata expression. */
  readonly TimeoutSeconds?: number | string;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSeconds?: number | string;
  readonly HeartbeatSecondsPath?: string;
  readonly Credentials?: Json;
}

export interface PassState extends StateCommon, Transition {
  readonly Type: 'Pass';
  readonly Result?: Json;
  readonly Parameters?: Json;
  readonly ResultPath?: string | null;
}

export interface ChoiceState extends StateCommon {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceBranch[];
  readonly Default?: string;
}

/** One entry of Choices: a JSONPath rule or a JSONata `Condition`, and where it leads. */
export interface ChoiceBranch {
  readonly Next: string;
  readonly Condition?: string | boolean;
  readonly Assign?: JsonObject;
  readonly Output?: Json;
  readonly Comment?: string;
  /** And, Or, Not, Variable and one comparison operator: JSONPath. */
  readonly [operator: string]: Json | undefined;
}

export interface WaitState extends StateCommon, Transition {
  readonly Type: 'Wait';
  readonly Seconds?: number | string;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
}

export interface SucceedState extends StateCommon {
  readonly Type: 'Succeed';
}

export interface FailState extends StateCommon {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

export interface ParallelState extends StateCommon, Transition, ResultFields {
  readonly Type: 'Parallel';
  readonly Branches: readonly StatesBlock[];
}

export interface MapState extends StateCommon, Transition, ResultFields {
  readonly Type: 'Map';
  readonly ItemProcessor?: ItemProcessor;
  /** ItemProcessor's old name. */
  readonly Iterator?: ItemProcessor;
  readonly ItemsPath?: string;
  /** JSONata: an array or object, or an expression for one. */
  readonly Items?: Json;
  readonly ItemSelector?: Json;
  readonly MaxConcurrency?: number | string;
  readonly MaxConcurrencyPath?: string;
  readonly ToleratedFailureCount?: number | string;
  readonly ToleratedFailureCountPath?: string;
  readonly ToleratedFailurePercentage?: number | string;
  readonly ToleratedFailurePercentagePath?: string;
  readonly Label?: string;
  readonly ItemReader?: JsonObject;
  readonly ItemBatcher?: JsonObject;
  readonly ResultWriter?: JsonObject;
}

export interface ItemProcessor extends StatesBlock {
  readonly ProcessorConfig?: ProcessorConfig;
}

export interface ProcessorConfig {
  readonly Mode?: 'INLINE' | 'DISTRIBUTED';
  readonly ExecutionType?: 'STANDARD' | 'EXPRESS';
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
  readonly Comment?: string;
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly ResultPath?: string | null;
  readonly Assign?: JsonObject;
  readonly Output?: Json;
  readonly Comment?: string;
}
