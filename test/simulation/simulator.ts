import type { Execution } from '../../core/interpreter/execution.ts';
import { taskToken } from '../../core/interpreter/task-token.ts';
import { Activation } from '../../runtime/actor/activation.ts';
import { Engine } from '../../runtime/engine.ts';
import type { ExecutionCommit, TurnCommit } from '../../runtime/ports/store.ts';
import { MemoryDisk } from '../../runtime/stores/memory/memory-disk.ts';
import { unpackRecord, unpackTurns } from '../../runtime/stores/record-codec.ts';
import { Checkers } from './checkers.ts';
import { Dice } from './dice.ts';
import { checkFold } from './fold-check.ts';
import { ProcessLife } from './process-life.ts';
import { sabotagePrograms } from './sabotage.ts';
import { simulatedClock } from './simulated-clock.ts';
import { SimulatedStore, type StoreFaults } from './simulated-store.ts';
import { SimulatedTime } from './simulated-time.ts';
import { SimulatedWorkers } from './simulated-workers.ts';
import { answerToken, runWorkload } from './workload.ts';
import { NO_ANSWER, type NoAnswer, type World } from './world.ts';

const START_MS = 1_700_000_000_000;
/** Executions of random definitions wait for minutes at most, again and again. */
const WORLD_MS_MAX = 6 * 3_600_000;
const HAPPENINGS_MAX = 60_000;
/** Lives of the process that may end early; the next one lasts. */
const CRASHES_MAX = 5;

/** What the process logs of one. */
const FAILED_TURN = /^(\S+): a turn failed/;

const NO_FAULTS: StoreFaults = { refused: 0, unknown: 0, unreadable: 0, slow: 0 };

/**
 * The runtime in a world of its own, wholly decided by a seed: time goes on when nothing more can happen now, the store
 * is slow and fails, functions fail and fall silent, clients lose their answers, and the process crashes at any of its
 * calls to the world, or between them, and starts again on what had been written.
 */
export class Simulator implements World {
  readonly seed: number;
  readonly time = new SimulatedTime(START_MS);
  readonly dice: Dice;
  readonly checkers = new Checkers();
  readonly #trace: string[] = [];
  readonly #disk = new MemoryDisk();
  readonly #faults: StoreFaults;
  readonly #crashesMax: number;
  readonly #tokens: Set<string> = new Set();
  /** As they were last in memory. */
  readonly #executions: Map<string, Execution> = new Map();
  #life: ProcessLife;
  #engine: Engine | undefined;
  #lives = 0;
  /** This life has taken up all that the one before left. */
  #settled = false;
  /** This life cannot go on. */
  #failing = false;
  #clients = 0;
  #failure: unknown;

  constructor(seed: number) {
    this.seed = seed;
    this.dice = new Dice(seed);
    this.#faults = this.dice.chance(0.5) ? NO_FAULTS : someFaults(this.dice);
    this.#crashesMax = this.dice.below(CRASHES_MAX + 2);
    this.#life = this.#begin();
  }

  /** Runs until all that was begun has ended. @throws {SimulationFailed} something was not as it must be. */
  async run(): Promise<void> {
    const unwatch = watchTakes((activation, commit) => this.#taken(activation, commit));
    const repair = this.dice.chance(0.2) ? sabotagePrograms(this.dice) : () => undefined;
    try {
      this.also(runWorkload(this, this.seed));
      for (let happenings = 0; !this.#done; happenings++) {
        const overdue = happenings > HAPPENINGS_MAX || this.time.nowMs - START_MS > WORLD_MS_MAX;
        if (overdue || !this.time.advance()) {
          this.checkers.claim(false, `does not end: ${this.checkers.running.join(', ')}`);
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

  async ask<T>(call: (engine: Engine) => Promise<T>): Promise<T | NoAnswer> {
    const life = this.#life;
    if (this.#engine === undefined) return NO_ANSWER;
    const answer = call(this.#engine).then(
      (value) => (life.alive ? value : NO_ANSWER),
      (): NoAnswer => NO_ANSWER,
    );
    return Promise.race([answer, life.ended.then((): NoAnswer => NO_ANSWER)]);
  }

  trace(text: string): void {
    this.#trace.push(`${(this.time.nowMs - START_MS).toFixed(3).padStart(12)} life ${this.#lives} ${text}`);
  }

  get #done(): boolean {
    if (this.#clients > 0 || this.#engine === undefined || this.checkers.running.length > 0) return false;
    return ![...this.#disk.recordsOf(0).keys()].some((key) => key.startsWith('express/'));
  }

  /** Starts the process. */
  #begin(): ProcessLife {
    const { time, dice, checkers } = this;
    const lasts = ++this.#lives > CRASHES_MAX || dice.chance(0.3);
    const crashAtCall = lasts ? Number.POSITIVE_INFINITY : dice.below(dice.chance(0.5) ? 30 : 400);
    const life = new ProcessLife(this.#lives, crashAtCall, (why) => this.#crashed(why));
    this.#life = life;
    if (!lasts && dice.chance(0.5)) time.after(dice.between(0, 20_000), () => life.crash('between calls'));
    const trace = (text: string): void => this.trace(text);
    const store = new SimulatedStore({
      disk: this.#disk,
      life,
      time,
      dice,
      faults: this.#lives > CRASHES_MAX ? NO_FAULTS : this.#faults,
      trace,
      committed: (commit) => this.#committed(commit),
    });
    const tokenGiven = (token: string): void => this.#tokenGiven(token);
    const dispatcher = new SimulatedWorkers({ life, time, dice, checkers, trace, tokenGiven });
    // A process that cannot go on ends soon, and not at once.
    const fatal = (error: Error): void => {
      this.trace(`fatal: ${error}`);
      this.#failing = true;
      if (dice.chance(0.5) && this.#engine !== undefined) this.#stop(life, this.#engine);
      else time.after(dice.between(0, 2_000), () => life.crash('after a fatal error'));
    };
    const log = (level: string, text: string): void => {
      this.trace(`${level}: ${text}`);
      const failed = life.alive ? FAILED_TURN.exec(text)?.[1] : undefined;
      if (failed !== undefined) checkers.turnFailed(failed);
    };
    this.trace('the process starts');
    this.#settled = false;
    this.#failing = false;
    const random = { uuid: () => dice.uuid() };
    const options = {
      store,
      clock: simulatedClock(time, life),
      random,
      dispatcher,
      mapConcurrencyMax: 2,
      crashesMax: this.#crashesMax,
      log,
      fatal,
    };
    Engine.open(options).then(
      (engine) => this.#opened(life, engine),
      (error: Error) => life.alive && fatal(error),
    );
    return life;
  }

  #opened(life: ProcessLife, engine: Engine): void {
    if (!life.alive) return;
    this.#engine = engine;
    void engine.recovered.then(() => {
      this.#settled = life.alive && !this.#failing;
    });
    if (this.#lives > CRASHES_MAX || !this.dice.chance(0.2)) return;
    this.time.after(this.dice.between(0, 20_000), () => this.#stop(life, engine));
  }

  /** SIGTERM: what was decided is written, then the process ends. */
  #stop(life: ProcessLife, engine: Engine): void {
    if (!life.alive) return;
    this.trace('the process is told to stop');
    this.#engine = undefined;
    engine.close().then(
      () => life.crash('in order'),
      (error: unknown) => this.checkers.claim(!life.alive, `does not stop in order: ${error}`),
    );
    this.time.after(60_000, () => this.checkers.claim(!life.alive, 'does not stop within a minute'));
  }

  #crashed(why: string): void {
    this.trace(`the process ends ${why}`);
    this.#engine = undefined;
    this.time.after(this.dice.between(0, 2_000), () => void this.#begin());
  }

  #committed({ executions }: TurnCommit): void {
    for (const commit of executions) {
      const log = this.checkers.committed(commit, this.#settled ? this.#lives : undefined);
      const execution = this.#executions.get(commit.key);
      if (execution === undefined) continue;
      for (const number of log.newActivityTasks) this.#tokenGiven(taskToken(execution, number));
    }
  }

  #deadLetters(): Set<string> {
    const records = [...this.#disk.recordsOf(0)].filter(([key]) => key.startsWith('express-dead/'));
    return new Set(
      records.map(([, value]) => unpackRecord<{ facts: { executionArn: string } }>(value).facts.executionArn),
    );
  }

  /** Each token is answered by one who got it, however often it was dispatched. */
  #tokenGiven(token: string): void {
    if (this.#tokens.has(token)) return;
    this.#tokens.add(token);
    this.also(answerToken(this, token));
  }

  also(work: Promise<unknown>): void {
    this.#clients++;
    work.then(
      () => this.#clients--,
      (error: unknown) => {
        this.#failure = error;
      },
    );
  }

  /** The fold invariant: what is stored, with what the next commit appends, is what is in memory. */
  #taken({ execution }: Activation, { key, log }: ExecutionCommit): void {
    if (execution === undefined || !this.#life.alive) return;
    this.#executions.set(key, execution);
    const chunks = this.#disk.executions.get(key)?.chunks.map(({ bytes }) => bytes) ?? [];
    try {
      checkFold(
        execution.program,
        unpackTurns(log.appended.length === 0 ? chunks : [...chunks, log.appended]),
        execution,
      );
    } catch (error) {
      this.checkers.claim(false, `${key}: ${error}`);
    }
  }
}

export class SimulationFailed extends Error {
  override readonly name = 'SimulationFailed';
  constructor(seed: number, reason: string, trace: readonly string[], cause: unknown) {
    const last = trace.slice(-TRACE_LINES_MAX).join('\n');
    super(`${reason}\n\nseed ${seed}: replay it with REDSTEP_SEED=${seed}\n\n${last}`, { cause });
  }
}

const TRACE_LINES_MAX = 200;

/** Where many reads fail, whatever needs one after its commit soon shows itself. */
function someFaults(dice: Dice): StoreFaults {
  return { refused: 0.01, unknown: 0.02, unreadable: dice.chance(0.3) ? 0.1 : 0.01, slow: 0.1 };
}

/** Looks at every activation as its turns are taken into a commit. @returns how to end that. */
function watchTakes(taken: (activation: Activation, commit: ExecutionCommit) => void): () => void {
  const { take } = Activation.prototype;
  Activation.prototype.take = function (this: Activation) {
    const turns = take.call(this);
    taken(this, turns.commit);
    return turns;
  };
  return () => {
    Activation.prototype.take = take;
  };
}

/** Resolves when all promises that can go on have gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
