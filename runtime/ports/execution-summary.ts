import type { ExecutionStatus } from './store.ts';

/** What DescribeExecution tells. Times: ms since the epoch; texts are JSON. */
export interface ExecutionSummary {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly stateMachineVersionArn: string | undefined;
  readonly stateMachineAliasArn: string | undefined;
  readonly revisionId: string;
  readonly roleArn: string;
  readonly traceHeader: string | undefined;
  readonly status: ExecutionStatus;
  readonly startMs: number;
  readonly stopMs: number | undefined;
  readonly input: string;
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** What ListExecutions tells of one. Times: ms since the epoch. */
export interface ListedExecution {
  readonly executionArn: string;
  readonly status: ExecutionStatus;
  readonly startMs: number;
  readonly stopMs: number | undefined;
}

export interface ListQuery {
  /** Undefined: any. */
  readonly status: ExecutionStatus | undefined;
  readonly limit: number;
  /** The last one of the page before. */
  readonly after: { readonly startMs: number; readonly executionArn: string } | undefined;
}
