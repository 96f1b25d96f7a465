import type { Execution } from '../../core/interpreter/execution.ts';
import { foldLog } from '../../core/interpreter/fold.ts';
import { taskToken } from '../../core/interpreter/task-token.ts';
import { Activation } from '../../runtime/actor/activation.ts';
import type { Engine } from '../../runtime/engine.ts';
import type { ExecutionCommit, TurnCommit } from '../../runtime/ports/store.ts';
import { unpackRecord, unpackTurns } from '../../runtime/stores/record-codec.ts';
import { Checkers } from './checkers.ts';
import { Dice } from './dice.ts';
import { executionState, FoldDiffers } from './fold-check.ts';
import { replaceMethod } from './replace-method.ts';
import { sabotagePrograms } from './sabotage.ts';
import { SimulatedTime } from './simulated-time.ts';
import type { Surroundings, System } from './system.ts';
import { answerToken, runWorkload } from './workload.ts';
import type { NoAnswer, World } from './world.ts';

const START_MS = 1_700_000_000_000;
/** Executions of random definitions wait for minutes at most, again and again. */
const WORLD_MS_MAX = 6 * 3_600_000;
const HAPPENINGS_MAX = 200_000;
const TRACE_LINES_MAX = 200;
/** What a node's clock may be ahead of the store's by what it gains on it between two looks at it. */
const AHEAD_MS_MAX = 1_000;

/**
 * The runtime in a world of its own, wholly decided by a seed: time goes on when nothing more can happen now, the store
 * is slow and fails, functions fail and fall silent, clients lose their answers, and processes crash.
 */
export class Simulator implements World, Surroundings {
  readonly seed: number;
  readonly startMs = START_MS;
  readonly time = new SimulatedTime(START_MS);
  readonly dice: Dice;
  readonly checkers = new Checkers();
  readonly #system: System;
  readonly #trace: string[] = [];
  readonly #tokens: Set<string> = new Set();
  /** What was in memory when its turns were taken into a commit that is not written yet. */
  readonly #taken: WeakMap<ExecutionCommit, Taken> = new WeakMap();
  #clients = 0;
  #failure: unknown;

  constructor(seed: number, put: (around: Surroundings) => System) {
    this.seed = seed;
    this.dice = new Dice(seed);
    this.#system = put(this);
  }

  /** Runs until all that was begun has ended. @throws {SimulationFailed} something was not as it must be. */
  async run(): Promise<void> {
    const unwatch = watchTakes((execution, commit) => {
      this.#taken.set(commit, { execution, state: executionState(execution) });
    });
    const repair = this.dice.chance(0.2) ? sabotagePrograms(this.dice) : () => undefined;
    try {
      this.also(runWorkload(this, this.seed));
      await settled();
      for (let happenings = 0; !this.#done; happenings++) {
        const overdue = happenings > HAPPENINGS_MAX || this.time.nowMs - START_MS > WORLD_MS_MAX;
        if (overdue || !this.time.advance()) {
          const left = [...this.checkers.running, ...this.#system.left, `${this.#clients} clients`];
          this.checkers.claim(false, `does not end: ${left.join(', ')}`);
          break;
        }
        await settled();
        if (this.#failure !== undefined || this.checkers.violations.length > 0) break;
      }
      this.checkers.finished(this.#deadLetters());
    } finally {
      unwatch();
      repair();
    }
    const [violation] = this.checkers.violations;
    if (this.#failure === undefined && violation === undefined) return;
    throw new SimulationFailed(this.seed, violation ?? String(this.#failure), this.#trace, this.#failure);
  }

  ask<T>(call: (engine: Engine) => Promise<T>): Promise<T | NoAnswer> {
    return this.#system.ask(call);
  }

  readonly trace = (text: string): void => {
    this.#trace.push(`${(this.time.nowMs - START_MS).toFixed(3).padStart(12)} ${text}`);
  };

  get #done(): boolean {
    return this.#clients === 0 && this.checkers.running.length === 0 && this.#system.left.length === 0;
  }

  readonly committed = ({ partition, executions, removed = [] }: TurnCommit, life?: number): void => {
    for (const { entry } of removed) this.checkers.removed(entry.executionKey);
    for (const commit of executions) {
      const log = this.checkers.committed(commit, life);
      const aheadMs = log.lastMs - this.time.nowMs;
      this.checkers.claim(aheadMs < AHEAD_MS_MAX, `${commit.key}: decided ${aheadMs} ms ahead of the store's time`);
      for (const deaths of log.newDeaths) {
        const blamed = deaths <= this.#system.deaths(partition);
        this.checkers.claim(
          blamed,
          `${commit.key}: given up for ${deaths} deaths of ${this.#system.deaths(partition)}`,
        );
      }
      const taken = this.#taken.get(commit);
      if (taken === undefined) continue;
      this.#checkFold(commit.key, taken);
      for (const number of log.newActivityTasks) this.tokenGiven(taskToken(taken.execution, number));
    }
  };

  /** The fold invariant: what is stored is what was in memory. */
  #checkFold(key: string, { execution, state }: Taken): void {
    const chunks = this.#system.disk.executions.get(key)?.chunks.map(({ bytes }) => bytes) ?? [];
    try {
      const folded = executionState(foldLog(execution.program, unpackTurns(chunks)));
      if (folded !== state) throw new FoldDiffers(state, folded);
    } catch (error) {
      this.checkers.claim(false, `${key}: ${error}`);
    }
  }

  #deadLetters(): Set<string> {
    const { disk } = this.#system;
    const records = Array.from({ length: disk.partitionCount }, (_, partition) => [...disk.recordsOf(partition)]);
    const dead = records.flat().filter(([key]) => key.startsWith('express-dead/'));
    return new Set(
      dead.map(([, value]) => unpackRecord<{ facts: { executionArn: string } }>(value).facts.executionArn),
    );
  }

  /** Each token is answered by one who got it, however often it was dispatched. */
  readonly tokenGiven = (token: string): void => {
    if (this.#tokens.has(token)) return;
    this.#tokens.add(token);
    this.also(answerToken(this, token));
  };

  also(work: Promise<unknown>): void {
    this.#clients++;
    work.then(
      () => this.#clients--,
      (error: unknown) => {
        this.#failure = error;
      },
    );
  }
}

interface Taken {
  readonly execution: Execution;
  /** As it was then: it goes on. */
  readonly state: string;
}

export class SimulationFailed extends Error {
  override readonly name = 'SimulationFailed';
  readonly trace: readonly string[];
  constructor(seed: number, reason: string, trace: readonly string[], cause: unknown) {
    const last = trace.slice(-TRACE_LINES_MAX).join('\n');
    super(`${reason}\n\nseed ${seed}: replay it with REDSTEP_SEED=${seed}\n\n${last}`, { cause });
    this.trace = trace;
  }
}

/** Looks at every execution as its turns are taken into a commit. @returns how to end that. */
function watchTakes(taken: (execution: Execution, commit: ExecutionCommit) => void): () => void {
  return replaceMethod(
    Activation.prototype,
    'take',
    (take) =>
      function (this: Activation) {
        const turns = take.call(this);
        if (this.execution !== undefined) taken(this.execution, turns.commit);
        return turns;
      },
  );
}

/** Resolves when all promises that can go on have gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
