import { StoreUnavailable } from '../../runtime/ports/store.ts';
import type { Dice } from './dice.ts';
import type { ProcessLife } from './process-life.ts';
import type { SimulatedTime } from './simulated-time.ts';

export interface StoreFaults {
  /** Chance of a call that changes something to be refused or lost: nothing is done, and the process is told that it failed. */
  readonly lost: number;
  /** Chance of a call that changes something to be done although the process is told that it failed. */
  readonly unknown: number;
  /** Chance of a read to fail. */
  readonly unreadable: number;
  /** Chance of a call to take up to two seconds. */
  readonly slow: number;
}

export const NO_FAULTS: StoreFaults = { lost: 0, unknown: 0, unreadable: 0, slow: 0 };

export interface LinkWorld {
  readonly life: ProcessLife;
  readonly time: SimulatedTime;
  readonly dice: Dice;
  readonly faults: () => StoreFaults;
  /** Nothing gets through just now. */
  readonly cut: () => boolean;
  readonly trace: (text: string) => void;
  /** A call fails. */
  readonly failed?: () => void;
}

/**
 * How one life of a process reaches its store. Calls take simulated time, and fail. The process may end while one is
 * under way: what changes something may then be done all the same, even after the next process has begun.
 */
export class StoreLink {
  readonly #world: LinkWorld;

  constructor(world: LinkWorld) {
    this.#world = world;
  }

  read<T>(name: string, read: () => Promise<T>): Promise<T> {
    const { faults, dice } = this.#world;
    return this.#call(name, read, { lost: false, unknown: dice.chance(faults().unreadable), outlives: false });
  }

  /** `outlives`: whether it may be done after the process is gone. */
  change<T>(name: string, change: () => Promise<T>, outlives = this.#world.dice.chance(0.5)): Promise<T> {
    const { faults, dice } = this.#world;
    const { lost, unknown } = faults();
    return this.#call(name, change, { lost: dice.chance(lost), unknown: dice.chance(unknown), outlives });
  }

  /** Something comes from the store without having been asked for. */
  tell(run: () => void): void {
    this.#world.time.after(this.#latency(), () => this.#world.life.pass(run));
  }

  /** Does something once more, as when a packet comes twice: nobody hears what becomes of it. */
  repeat(change: () => Promise<unknown>): void {
    const { time, dice } = this.#world;
    time.after(dice.between(0, 5_000), () => void change().catch(() => undefined));
  }

  #call<T>(name: string, act: () => Promise<T>, { lost, unknown, outlives }: CallFate): Promise<T> {
    const { life, time, cut, trace, failed } = this.#world;
    return new Promise((resolve, reject) => {
      const answer = (run: () => void): void => {
        time.after(this.#latency(), () =>
          life.pass(() => {
            if (life.reach(`answer to ${name}`)) run();
          }),
        );
      };
      const arrive = (): void => {
        if (!life.alive && !outlives) return;
        if (lost || unknown || cut()) failed?.();
        if (lost || cut()) {
          if (lost) trace(`store: ${name} is lost`);
          return answer(() => reject(new SimulatedFault(`${name}: lost`)));
        }
        if (unknown) trace(`store: ${name} is answered with an error`);
        act().then(
          (value) =>
            answer(() => (unknown || cut() ? reject(new SimulatedFault(`${name}: no answer`)) : resolve(value))),
          (error: unknown) => answer(() => reject(error)),
        );
      };
      if (life.reach(name)) life.pass(() => time.after(this.#latency(), arrive));
    });
  }

  #latency(): number {
    const { dice, faults } = this.#world;
    return dice.chance(faults().slow) ? dice.between(0, 2_000) : dice.between(0, 3);
  }
}

interface CallFate {
  readonly lost: boolean;
  readonly unknown: boolean;
  readonly outlives: boolean;
}

export class SimulatedFault extends StoreUnavailable {}
