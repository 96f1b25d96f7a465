import type { Engine } from '../../runtime/engine.ts';
import type { TurnCommit } from '../../runtime/ports/store.ts';
import type { MemoryDisk } from '../../runtime/stores/memory/memory-disk.ts';
import type { Checkers } from './checkers.ts';
import type { Dice } from './dice.ts';
import type { SimulatedTime } from './simulated-time.ts';
import type { NoAnswer } from './world.ts';

/** What is simulated: one process, or several nodes. */
export interface System {
  /** What survives all of it. */
  readonly disk: MemoryDisk;
  /** What is left to be done beside executions that have not ended. */
  readonly left: readonly string[];
  /** How often a process has ended out of order that owned this partition. */
  deaths(partition: number): number;
  /** A client asks the process, or any node; `call` may then be made again at another. */
  ask<T>(call: (engine: Engine) => Promise<T>): Promise<T | NoAnswer>;
}

/** What a system is put into. */
export interface Surroundings {
  readonly startMs: number;
  readonly time: SimulatedTime;
  readonly dice: Dice;
  readonly checkers: Checkers;
  trace(text: string): void;
  /** The store has written a commit. `life`: the one that runs, if it has taken up all that was under way. */
  committed(commit: TurnCommit, life?: number): void;
  /** Somebody outside has got the token, and will answer it. */
  tokenGiven(token: string): void;
}

/** What the runtime logs of a turn that has thrown. */
const FAILED_TURN = /^(\S+): a turn failed/;

/** Takes down what a process logs. */
export function logTo({ trace, checkers }: Pick<Surroundings, 'trace' | 'checkers'>, alive: () => boolean) {
  return (level: string, text: string): void => {
    trace(`${level}: ${text}`);
    const failed = alive() ? FAILED_TURN.exec(text)?.[1] : undefined;
    if (failed !== undefined) checkers.turnFailed(failed);
  };
}
