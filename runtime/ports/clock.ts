/** Time as the runtime knows it: one implementation asks the machine, the simulator's is turned by hand. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some moment; never set back, whatever happens to the time of day. */
  elapsed(): number;
  /** Calls `run` once at or after `atMs`. @returns how to call it off. */
  at(atMs: number, run: () => void): () => void;
  /** Calls `run` once everything that is ready now has had its turn. */
  soon(run: () => void): void;
}
