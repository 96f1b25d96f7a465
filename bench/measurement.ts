/** How hard a target is driven. */
export interface Load {
  /** Executions under way at any time: as one ends, the next is started. */
  readonly inFlight: number;
  /** Run before anything is counted, so that code is compiled and caches are full. */
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** What one target did under one load. */
export interface Measurement {
  readonly inFlight: number;
  readonly executions: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** From the call that starts an execution to its durable end, as the caller sees it. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** CPU time per execution of each process that took part, all its threads, in microseconds. */
  readonly cpuMicros: { readonly [process: string]: number };
  /** Resident memory of the process that keeps the executions, in MiB. */
  readonly rssMib: number;
  /** Further figures of the target. */
  readonly details: { readonly [name: string]: number };
}
