import { randomBytes } from 'node:crypto';
import type { Json } from '../../core/json.ts';
import type { FunctionCall } from './function-host.ts';

/** Lambda's longest timeout: what a function has left where its task has no deadline. AWS: Lambda quotas. */
const FUNCTION_MS_MAX = 900_000;
/** MemorySize shown to functions; a real limit only for isolated ones. */
export const FUNCTION_MEMORY_MB = 1_024;

/** How a call can be answered besides returning: the old ways of Lambda's Node runtime. */
export interface CallAnswers {
  readonly signal: AbortSignal;
  succeed(result: unknown): void;
  fail(error: unknown): void;
  beat(): void;
}

/** The second argument of a function, with Lambda's names and, below, Redstep's own. */
export class FunctionContext {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string = String(FUNCTION_MEMORY_MB);
  readonly awsRequestId: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly identity: undefined = undefined;
  readonly clientContext: Json | undefined;
  /** Read by nobody: an answer is taken as soon as it is there. */
  callbackWaitsForEmptyEventLoop = true;
  readonly executionArn: string;
  readonly stateName: string;
  /** Names the attempt: the same when a crash makes it run again, so a key to do things once. */
  readonly taskToken: string;
  readonly #deadlineMs: number;
  readonly #answers: CallAnswers;

  constructor(call: FunctionCall, answers: CallAnswers) {
    const { target, task } = call;
    this.functionName = target.name;
    this.functionVersion = target.version;
    this.invokedFunctionArn = target.invokedArn;
    this.awsRequestId = call.requestId;
    this.logGroupName = `/aws/lambda/${target.name}`;
    this.logStreamName = LOG_STREAM;
    this.clientContext = call.clientContext;
    this.executionArn = task.executionArn;
    this.stateName = task.stateName;
    this.taskToken = task.token;
    this.#deadlineMs = task.deadlineMs ?? Date.now() + FUNCTION_MS_MAX;
    this.#answers = answers;
  }

  /** Aborted when nobody waits for the answer any more: the task timed out or its execution ended. */
  get signal(): AbortSignal {
    return this.#answers.signal;
  }

  // These are getters, so that each works apart from its context (`promise.then(context.succeed, context.fail)`)
  // and costs nothing where it is not used.
  get getRemainingTimeInMillis(): () => number {
    return () => Math.max(0, this.#deadlineMs - Date.now());
  }

  get done(): (error?: unknown, result?: unknown) => void {
    return (error, result) => {
      if (error === undefined || error === null) this.#answers.succeed(result);
      else this.#answers.fail(error);
    };
  }

  /** Tells the execution that the work goes on: what SendTaskHeartbeat does, for a task with HeartbeatSeconds. */
  get heartbeat(): () => void {
    return () => this.#answers.beat();
  }

  get fail(): (error: unknown) => void {
    return (error) => this.#answers.fail(error);
  }

  get succeed(): (result: unknown) => void {
    return (result) => this.#answers.succeed(result);
  }
}

const LOG_STREAM = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomBytes(16).toString('hex')}`;
