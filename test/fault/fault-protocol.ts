import type { MachineType } from '../../runtime/ports/state-machine.ts';

/** What a test asks a process of `node.mjs`: one JSON document a line. */
export type Command =
  /** Opens the data directory and takes up what is left in it. */
  | { readonly type: 'open'; readonly dataDir: string; readonly functionsDir: string }
  | { readonly type: 'create'; readonly name: string; readonly machineType: MachineType; readonly definition: string }
  /** Answered with the execution's ARN. A name that exists already is as good as one that is new. */
  | { readonly type: 'start'; readonly machine: string; readonly name: string | undefined; readonly input: string }
  /** Answered with the status, or `null` where there is no such execution. */
  | { readonly type: 'status'; readonly executionArn: string }
  /** Answered with how many executions of the machine run. */
  | { readonly type: 'running'; readonly machine: string };

export interface Request {
  readonly id: number;
  readonly command: Command;
}

export interface Reply {
  readonly id: number;
  readonly value: string | number | null;
}
