import { executionArn, parseExecutionArn, parseStateMachineArn } from '../core/arn.ts';
import { type HistoryEvent, readHistory } from '../core/history/history-event.ts';
import type { LogTurn } from '../core/history/log-reader.ts';
import type { Execution, Frame, StartFacts } from '../core/interpreter/execution.ts';
import type { Message } from '../core/interpreter/messages.ts';
import { Payload } from '../core/interpreter/payload.ts';
import { parseTaskToken } from '../core/interpreter/task-token.ts';
import { executionArnOf, executionKeyOf, isBranchKey, machineKeyOf } from './actor/execution-key.ts';
import { timeOrderedName, withCheckDigits } from './actor/execution-name.ts';
import { ExecutionReader, summarizeExecution } from './execution-reader.ts';
import { ExpressRunner, type WatchTurns } from './express/express-runner.ts';
import { factsOf } from './express/express-starts.ts';
import { type ClusterOptions, Node } from './node/node.ts';
import { StoreClock } from './node/store-clock.ts';
import { HISTORY_DEFAULT, type HistoryOptions } from './partition/history-policies.ts';
import { nameHash } from './partition/name-hash.ts';
import type { Partition, RuntimeLog } from './partition/partition.ts';
import { partitionOf, placedOn } from './partition/placement.ts';
import { HOUR_MS } from './partition/retention.ts';
import type { Clock } from './ports/clock.ts';
import type { ExecutionSummary, ListedExecution, ListQuery } from './ports/execution-summary.ts';
import type { Random } from './ports/random.ts';
import type { StartAnswer, StartRequest } from './ports/start-request.ts';
import type { Revision } from './ports/state-machine.ts';
import type { Store } from './ports/store.ts';
import type { TaskDispatcher } from './ports/task-dispatcher.ts';
import { type ProgressListener, ProgressListeners } from './progress.ts';
import { type FanOutOptions, StateMachines } from './state-machines.ts';

export interface EngineOptions extends FanOutOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly dispatcher: TaskDispatcher;
  /** Deaths of the process after which what was running is given up. */
  readonly crashesMax: number;
  /** How long what has ended is kept. Default: HISTORY_DEFAULT. */
  readonly history?: Partial<HistoryOptions> | undefined;
  /** Of Redstep. */
  readonly version: string;
  readonly log: RuntimeLog;
  /** The store refuses our writes or fails: nothing can go on, the process should end. */
  readonly fatal: (error: Error) => void;
  /** Undefined: the store is this process's alone. */
  readonly cluster?: ClusterOptions | undefined;
}

/** What SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat say. */
export type TaskAnswer =
  | { readonly type: 'TaskSucceeded'; readonly output: string }
  | { readonly type: 'TaskFailed'; readonly error: string | undefined; readonly cause: string | undefined }
  | { readonly type: 'TaskHeartbeat' };

/** How an answer to a task token was taken. */
export type TokenAnswer = 'taken' | 'invalid token' | 'task timed out';

/**
 * What api/ and the test kit use of the runtime: everything that AWS's API can ask, in plain values. Promises resolve
 * when what they tell is durable. ARNs that name nothing come back undefined; wording is the API's.
 */
export class Engine {
  readonly machines: StateMachines;
  /** Which partitions this process owns, and who else owns which. */
  readonly node: Node;
  readonly #options: EngineOptions;
  readonly #clock: Clock;
  readonly #express: ExpressRunner;
  readonly #reader: ExecutionReader;
  readonly #progress: ProgressListeners = new ProgressListeners();
  /** Named executions that are being started: the last start asked for. */
  readonly #starting: Map<string, Promise<void>> = new Map();

  private constructor(options: EngineOptions) {
    const { store, random, dispatcher, log, cluster } = options;
    const storeClock = new StoreClock(options.clock);
    const clock = cluster === undefined ? options.clock : storeClock;
    this.#clock = clock;
    this.#options = options;
    this.machines = new StateMachines(store, clock, random, options);
    this.#express = new ExpressRunner(clock, dispatcher, log);
    this.#reader = new ExecutionReader(store);
    const { machines } = this;
    const history = { ...HISTORY_DEFAULT, ...options.history };
    const parts = { ...options, history, clock, machines, express: this.#express, progress: this.#progress };
    this.node = new Node({ ...parts, storeClock });
  }

  /**
   * Takes over a store that belongs to this process, and brings back what was under way: starts are answered while that
   * goes on. A node among others owns nothing before it has joined them (`node.join`).
   */
  static async open(options: EngineOptions): Promise<Engine> {
    const engine = new Engine(options);
    if (options.cluster === undefined) await engine.node.ownStore();
    return engine;
  }

  /** Resolves when everything that was under way on the partitions owned now has been taken up again. */
  get recovered(): Promise<void> {
    return this.node.recovered;
  }

  /** Resolves when the Express executions are over that run here. Call `node.handOver` first. */
  expressEnded(): Promise<void> {
    return this.#express.idle();
  }

  async close(): Promise<void> {
    await this.node.handOver();
    this.#express.stop();
    await this.node.leave();
    await this.#options.store.close();
  }

  #partitionOf(executionKey: string): Partition {
    return this.node.at(partitionOf(executionKey, this.#options.store.partitionCount)).partition;
  }

  /** Starts an execution; resolves when its beginning is durable. */
  async startExecution(request: StartRequest): Promise<StartAnswer> {
    const { machine, name = this.newName() } = request;
    const arn = executionArn(machine.arn, name, machine.type === 'EXPRESS');
    if (machine.type === 'EXPRESS') {
      const own = this.node.any();
      own.admit();
      const { starts } = own;
      return starts.accept(machine, `${arn}:${this.#options.random.uuid()}`, request, this.#clock.now());
    }
    const key = executionKeyOf(arn);
    const begin = (): Promise<StartAnswer> =>
      this.#begin(key, factsOf(machine, arn, request, this.#options.random), request);
    if (request.name === undefined || request.nameIs === 'new') return begin();
    return this.#oneByOne(key, async () => {
      const existing = await this.#reader.summary(key);
      if (existing !== undefined) return answerExisting(existing, request);
      return (await this.#isTaken(key)) ? { type: 'AlreadyExists', executionArn: arn } : begin();
    });
  }

  /** Whether its execution has gone, and its name has not. Asked after the execution: it takes the place of it. */
  async #isTaken(key: string): Promise<boolean> {
    const { store } = this.#options;
    const untilHour = await store.readName(partitionOf(key, store.partitionCount), nameHash(key));
    return untilHour !== undefined && this.#clock.now() < untilHour * HOUR_MS;
  }

  async #begin(key: string, facts: StartFacts, { machine, input }: StartRequest): Promise<StartAnswer> {
    const program = this.machines.program(machine.revision);
    const own = this.node.at(partitionOf(key, this.#options.store.partitionCount));
    own.admit();
    const startMs = await own.partition.begin(key, program, facts, Payload.ofText(input));
    return { type: 'Started', executionArn: facts.executionArn, startMs };
  }

  /** What is asked of one name is done one after the other: what a read finds still holds when its start begins. */
  async #oneByOne<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#starting.get(key);
    const own = before === undefined ? work() : before.then(work);
    const over = own.then(ignore, ignore);
    this.#starting.set(key, over);
    try {
      return await own;
    } finally {
      if (this.#starting.get(key) === over) this.#starting.delete(key);
    }
  }

  /**
   * Runs an Express machine and waits for its end. `watch` is told the whole history so far whenever it has grown:
   * nothing keeps it.
   */
  async startSyncExecution(
    request: StartRequest,
    watch?: (history: readonly HistoryEvent[]) => void,
  ): Promise<ExecutionSummary> {
    const { machine, name = this.newName(), input } = request;
    const arn = `${executionArn(machine.arn, name, true)}:${this.#options.random.uuid()}`;
    const program = this.machines.program(machine.revision);
    const execution = await new Promise<Execution>((resolve) => {
      this.#express.run(
        arn,
        program,
        factsOf(machine, arn, request, this.#options.random),
        Payload.ofText(input),
        resolve,
        watch && watchHistory(watch),
      );
    });
    return summarizeExecution(execution);
  }

  /** A name for an execution that was given none: it lies on a partition of this node, if there is any. */
  newName(): string {
    const name = timeOrderedName(this.#clock.now(), this.#options.random.uuid());
    const { partitionCount } = this.#options.store;
    const isPlaced = partitionCount > 1 && this.node.ownsAny;
    return withCheckDigits(isPlaced ? placedOn(name, this.node.any().number, partitionCount) : name);
  }

  /** Undefined: there is no such execution. Stopping one that is over changes nothing. */
  async stopExecution(
    arn: string,
    error: string | undefined,
    cause: string | undefined,
  ): Promise<ExecutionSummary | undefined> {
    const key = executionKeyOf(arn);
    if (!isBranchKey(key)) await this.#deliver(key, { type: 'Stop', error, cause });
    return this.#reader.summary(key);
  }

  describeExecution(arn: string): Promise<ExecutionSummary | undefined> {
    return this.#reader.summary(executionKeyOf(arn));
  }

  /** Tells what becomes durable of Standard executions from now on, all of them. @returns how to end that. */
  subscribe(listener: ProgressListener): () => void {
    return this.#progress.add(listener);
  }

  /** All events, oldest first. Undefined: there is no such execution. */
  history(arn: string, includeData: boolean): Promise<HistoryEvent[] | undefined> {
    return this.#reader.history(executionKeyOf(arn), includeData);
  }

  /** Newest first. */
  async listExecutions(machineArn: string, { status, limit, after }: ListQuery): Promise<ListedExecution[]> {
    const machine = parseStateMachineArn(machineArn);
    if (machine === undefined) return [];
    const entries = await this.#options.store.listExecutions({
      machineKey: machineKeyOf(machine),
      status,
      limit,
      after: after && { startMs: after.startMs, executionKey: executionKeyOf(after.executionArn) },
    });
    return entries.map(({ executionKey, status, startMs, stopMs }) => {
      return { executionArn: executionArnOf(executionKey), status, startMs, stopMs };
    });
  }

  /** Milliseconds since the epoch, by the engine's clock. */
  now(): number {
    return this.#clock.now();
  }

  revision(revisionId: string): Promise<Revision> {
    return this.machines.revision(revisionId);
  }

  /** Answers a task token: `output` is JSON text, checked by the caller. */
  async answerTask(token: string, answer: TaskAnswer): Promise<TokenAnswer> {
    const parts = parseTaskToken(token);
    if (parts === undefined || parseExecutionArn(parts.executionArn) === undefined) return 'invalid token';
    const key = executionKeyOf(parts.executionArn);
    const partition = this.#partitionOf(key);
    const { dispatcher } = this.#options;
    return new Promise((resolve, reject) => {
      partition.withExecution(
        key,
        (execution) => {
          if (execution === undefined) return resolve('task timed out');
          if (execution.facts.secret !== parts.secret) return resolve('invalid token');
          const frame = execution.tasks.get(parts.taskNumber);
          if (frame !== undefined && !awaitsAnswer(frame)) return resolve('invalid token');
          const mayBegin = frame?.task?.submitted === false && answer.type !== 'TaskHeartbeat';
          // A late answer changes nothing, and waits all the same: what came before it may not be durable yet.
          const done = (): void => {
            if (mayBegin) dispatcher.over?.(token, 'answered');
            resolve(frame === undefined ? 'task timed out' : 'taken');
          };
          partition.deliver(key, { ...answer, taskNumber: parts.taskNumber }, { done, refused: reject });
        },
        reject,
      );
    });
  }

  async #deliver(key: string, message: Message): Promise<void> {
    const partition = this.#partitionOf(key);
    await new Promise<void>((resolve, reject) => partition.deliver(key, message, { done: resolve, refused: reject }));
  }
}

function ignore(): void {}

/** From the turns of one execution to its events. */
function watchHistory(watch: (history: readonly HistoryEvent[]) => void): WatchTurns {
  const turns: LogTurn[] = [];
  return (turn) => {
    turns.push(turn);
    watch(readHistory(turns, true));
  };
}

function answerExisting(existing: ExecutionSummary, { input, nameIs }: StartRequest): StartAnswer {
  const { executionArn: arn, startMs } = existing;
  const same = nameIs === 'asked again' || (existing.status === 'RUNNING' && existing.input === input);
  return same ? { type: 'Started', executionArn: arn, startMs } : { type: 'AlreadyExists', executionArn: arn };
}

/** Only a task that waits for its token's answer takes one: an activity's, or a `.waitForTaskToken`'s. */
function awaitsAnswer({ state }: Frame): boolean {
  if (state?.type !== 'Task') return false;
  const { resource } = state;
  return resource.kind === 'activity' || (resource.kind === 'service' && resource.pattern === 'wait-for-task-token');
}
