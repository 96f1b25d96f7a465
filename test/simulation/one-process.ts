import type { Placement } from '../../core/interpreter/placement.ts';
import { Engine } from '../../runtime/engine.ts';
import type { HistoryOptions } from '../../runtime/partition/history-policies.ts';
import { MemoryDisk } from '../../runtime/stores/memory/memory-disk.ts';
import { ProcessLife, someCall } from './process-life.ts';
import { randomHistory } from './random-history.ts';
import { RIGHT_CLOCK, simulatedClock } from './simulated-clock.ts';
import { SimulatedStore } from './simulated-store.ts';
import { SimulatedWorkers } from './simulated-workers.ts';
import { NO_FAULTS, type StoreFaults, StoreLink } from './store-link.ts';
import { logTo, type Surroundings, type System } from './system.ts';
import { NO_ANSWER, type NoAnswer } from './world.ts';

/** Lives of the process that may end early; the next one lasts. */
const CRASHES_MAX = 5;

/** Why a life ends that was told to. */
const IN_ORDER = 'in order';

/**
 * One process on a store of its own. It crashes at any of its calls to the world, or between them, and starts again on
 * what had been written.
 */
export class OneProcess implements System {
  readonly disk = new MemoryDisk();
  readonly #around: Surroundings;
  readonly #faults: StoreFaults;
  readonly #crashesMax: number;
  readonly #placement: Placement;
  readonly #history: Partial<HistoryOptions>;
  #life: ProcessLife;
  #engine: Engine | undefined;
  #lives = 0;
  /** This life has taken up all that the one before left. */
  #settled = false;
  /** This life cannot go on. */
  #failing = false;
  /** Lives that did not end in order. */
  #deaths = 0;

  constructor(around: Surroundings) {
    this.#around = around;
    const { dice } = around;
    // Where many reads fail, whatever needs one after its commit soon shows itself.
    const faults = { lost: 0.01, unknown: 0.02, unreadable: dice.chance(0.3) ? 0.1 : 0.01, slow: 0.1 };
    this.#faults = dice.chance(0.5) ? NO_FAULTS : faults;
    this.#crashesMax = dice.below(CRASHES_MAX + 2);
    this.#placement = dice.chance(0.4) ? 'spread' : 'local';
    this.#history = randomHistory(dice);
    this.#life = this.#begin();
  }

  get left(): readonly string[] {
    if (this.#engine === undefined) return ['the process'];
    return [...this.disk.recordsOf(0).keys()].filter((key) => /^(express|release)\//.test(key));
  }

  deaths(): number {
    return this.#deaths;
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

  /** Starts the process. */
  #begin(): ProcessLife {
    const { time, dice, checkers, tokenGiven } = this.#around;
    const lasts = ++this.#lives > CRASHES_MAX || dice.chance(0.3);
    const life = new ProcessLife(this.#lives, lasts ? undefined : someCall(dice), (why) => this.#crashed(why));
    this.#life = life;
    if (!lasts && dice.chance(0.5)) time.after(dice.between(0, 20_000), () => life.crash('between calls'));
    const trace = (text: string): void => this.#around.trace(`life ${life.number} ${text}`);
    // A process that cannot go on ends soon, and not at once.
    const fatal = (error: Error): void => {
      trace(`fatal: ${error}`);
      this.#failing = true;
      if (dice.chance(0.5) && this.#engine !== undefined) this.#stop(life, this.#engine);
      else time.after(dice.between(0, 2_000), () => life.crash('after a fatal error'));
    };
    trace('the process starts');
    this.#settled = false;
    this.#failing = false;
    const dispatched = (task: { readonly token: string }): void => checkers.dispatched(task.token, life.number);
    const answered = (token: string): void => checkers.answered(token);
    const crashesMax = this.#crashesMax;
    const options = {
      store: this.#store(life, trace),
      clock: simulatedClock(time, life, RIGHT_CLOCK),
      random: { uuid: () => dice.uuid() },
      dispatcher: new SimulatedWorkers({
        life,
        time,
        dice,
        checkers,
        trace,
        dispatched,
        answered,
        tokenGiven,
        crashesMax,
      }),
      mapConcurrencyMax: 2,
      placement: this.#placement,
      crashesMax,
      history: this.#history,
      version: '0',
      log: logTo({ trace, checkers }, () => life.alive),
      fatal,
    };
    Engine.open(options).then(
      (engine) => this.#opened(life, engine),
      (error: Error) => life.alive && fatal(error),
    );
    return life;
  }

  #store(life: ProcessLife, trace: (text: string) => void): SimulatedStore {
    const { time, dice, committed } = this.#around;
    const faults = this.#lives > CRASHES_MAX ? NO_FAULTS : this.#faults;
    return new SimulatedStore({
      disk: this.disk,
      link: new StoreLink({ life, time, dice, faults: () => faults, cut: () => false, trace }),
      now: () => time.nowMs,
      repeated: 0,
      chance: (probability) => dice.chance(probability),
      trace,
      watch: {
        committed: (commit) => committed(commit, this.#settled ? this.#lives : undefined),
        leased: () => undefined,
        released: () => undefined,
      },
      owns: () => undefined,
    });
  }

  #opened(life: ProcessLife, engine: Engine): void {
    if (!life.alive) return;
    this.#engine = engine;
    void engine.recovered.then(() => {
      this.#settled = life.alive && !this.#failing;
    });
    if (this.#lives > CRASHES_MAX || !this.#around.dice.chance(0.2)) return;
    this.#around.time.after(this.#around.dice.between(0, 20_000), () => this.#stop(life, engine));
  }

  /** SIGTERM: what was decided is written, then the process ends. */
  #stop(life: ProcessLife, engine: Engine): void {
    const { checkers, time, trace } = this.#around;
    if (!life.alive) return;
    trace('the process is told to stop');
    this.#engine = undefined;
    engine.close().then(
      () => life.crash(IN_ORDER),
      (error: unknown) => checkers.claim(!life.alive, `does not stop in order: ${error}`),
    );
    time.after(60_000, () => checkers.claim(!life.alive, 'does not stop within a minute'));
  }

  #crashed(why: string): void {
    const { time, dice, trace } = this.#around;
    trace(`the process ends ${why}`);
    if (why !== IN_ORDER || this.#failing) this.#deaths++;
    this.#engine = undefined;
    time.after(dice.between(0, 2_000), () => void this.#begin());
  }
}
