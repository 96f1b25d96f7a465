import { assert } from '../assert.ts';
import type { EndStatus, StartFacts } from '../interpreter/execution.ts';
import { KIND } from './event-kind.ts';
import { type LogEntry, LogReader, type LogTurn } from './log-reader.ts';

/** How an execution began. */
export interface Beginning {
  readonly facts: StartFacts;
  /** JSON text. */
  readonly input: string;
  /** Milliseconds since the epoch. */
  readonly startMs: number;
}

/** How an execution ended. */
export interface End {
  readonly status: EndStatus;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  /** JSON text, where the last turn has it. */
  readonly output: string | undefined;
  /** There is an output, and the last turn only refers to it: the whole log must be read. */
  readonly outputIsEarlier: boolean;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** ExecutionStarted stands first, with its three common fields and its two own, behind the turn's id and time. */
const FIRST_ENTRY_END = 7;

/** Reads how an execution began from its log's first turn. */
export function readBeginning(firstTurn: LogTurn): Beginning {
  let beginning: Beginning | undefined;
  new LogReader().read(firstTurn.slice(0, FIRST_ENTRY_END), (entry) => {
    beginning = { facts: startFacts(entry), input: entry.payload(1).text, startMs: entry.atMs };
  });
  assert(beginning !== undefined, 'a log begins with ExecutionStarted');
  return beginning;
}

/** Reads from a log's last turn how the execution ended; undefined: it has not. */
export function readEnd(lastTurn: LogTurn): End | undefined {
  let end: End | undefined;
  new LogReader().read(lastTurn, (entry) => {
    const status = entry.kind === KIND.ExecutionSucceeded ? 'SUCCEEDED' : END_STATUS[entry.kind];
    if (status === undefined) return;
    const common = { status, atMs: entry.atMs };
    if (status === 'SUCCEEDED') {
      const output = entry.inlinePayload(0);
      end = { ...common, output, outputIsEarlier: output === undefined, error: undefined, cause: undefined };
    } else {
      const [error, cause] = [entry.textOrUndefined(0), entry.textOrUndefined(1)];
      end = { ...common, output: undefined, outputIsEarlier: false, error, cause };
    }
  });
  return end;
}

export function startFacts(entry: LogEntry): StartFacts {
  assert(
    entry.kind === KIND.ExecutionStarted || entry.kind === KIND.BranchStarted,
    'a log begins with ExecutionStarted; with BranchStarted where it is a branch of another execution',
  );
  const [arn, machineArn, roleArn, revisionId, secret, versionArn, aliasArn, traceHeader] = entry.list(0);
  return {
    executionArn: String(arn),
    stateMachineArn: String(machineArn),
    roleArn: String(roleArn),
    revisionId: String(revisionId),
    secret: String(secret),
    stateMachineVersionArn: textOrNull(versionArn),
    stateMachineAliasArn: textOrNull(aliasArn),
    traceHeader: textOrNull(traceHeader),
  };
}

function textOrNull(value: number | string | null | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** The facts as the first entry has them. */
export function storedFacts(facts: StartFacts): readonly (string | null)[] {
  return [
    facts.executionArn,
    facts.stateMachineArn,
    facts.roleArn,
    facts.revisionId,
    facts.secret,
    facts.stateMachineVersionArn,
    facts.stateMachineAliasArn,
    facts.traceHeader,
  ];
}

/** The kinds that end an execution without an output. */
export const END_STATUS: { readonly [kind: number]: EndStatus } = {
  [KIND.ExecutionFailed]: 'FAILED',
  [KIND.ExecutionAborted]: 'ABORTED',
  [KIND.ExecutionTimedOut]: 'TIMED_OUT',
};
