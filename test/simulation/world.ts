import type { Engine } from '../../runtime/engine.ts';
import type { Checkers } from './checkers.ts';
import type { Dice } from './dice.ts';
import type { SimulatedTime } from './simulated-time.ts';

/** What those outside the process see of a simulation. */
export interface World {
  readonly time: SimulatedTime;
  readonly dice: Dice;
  readonly checkers: Checkers;
  /** Asks the process, if there is one. `NO_ANSWER`: it is not there, refused, or crashed before it answered. */
  ask<T>(call: (engine: Engine) => Promise<T>): Promise<T | NoAnswer>;
  /** Something that a client does beside what it waits for. */
  also(work: Promise<unknown>): void;
  trace(text: string): void;
}

export const NO_ANSWER: unique symbol = Symbol('no answer');

export type NoAnswer = typeof NO_ANSWER;
