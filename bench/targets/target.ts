import type { Load, Measurement } from '../measurement.ts';
import type { Workflow } from '../scenarios/workflow.ts';

/** What the workflows are run on. */
export interface Target {
  readonly name: string;
  /** What crosses a process boundary in each execution. */
  readonly boundary: string;
  /** Starts it with empty storage in a directory of its own; the session's `close` ends it. */
  open(workflow: Workflow, options: TargetOptions): Promise<Session>;
}

export interface TargetOptions {
  /** Empty; removed by the caller when the session has ended. */
  readonly directory: string;
  /** Where to leave a CPU profile of the engine, if the target can make one. */
  readonly profileDir: string | undefined;
}

export interface Session {
  measure(load: Load): Promise<Measurement>;
  close(): Promise<void>;
}
