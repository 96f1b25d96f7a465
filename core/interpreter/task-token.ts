import type { Execution } from './execution.ts';

/**
 * A task token names an attempt and proves that its bearer was given it: task number, the execution's secret, the
 * execution. Opaque to clients, safe in a URL, at most 1,024 characters as AWS's are.
 */
export function taskToken({ facts, tokenTail }: Execution, taskNumber: number): string {
  return `${taskNumber.toString(36)}.${facts.secret}.${tokenTail}`;
}

export interface TaskTokenParts {
  readonly executionArn: string;
  readonly taskNumber: number;
  readonly secret: string;
}

/** Undefined: no token of ours. */
export function parseTaskToken(token: string): TaskTokenParts | undefined {
  const match = /^([0-9a-z]+)\.([0-9a-f-]+)\.(.+)$/.exec(token);
  const [, number, secret, encodedArn] = match ?? [];
  if (number === undefined || secret === undefined || encodedArn === undefined) return undefined;
  try {
    return { executionArn: decodeURIComponent(encodedArn), taskNumber: Number.parseInt(number, 36), secret };
  } catch {
    return undefined;
  }
}
