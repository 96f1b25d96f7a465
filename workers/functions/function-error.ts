import { types } from 'node:util';
import type { TaskResult } from '../../runtime/ports/task-dispatcher.ts';

export type TaskFailure = Extract<TaskResult, { type: 'Failed' }>;

/** A failure as the Lambda runtime of Node answers it: `error` is its errorType, `cause` the whole answer. */
export function functionFailure(errorType: string, errorMessage: string, trace?: readonly string[]): TaskFailure {
  return {
    type: 'Failed',
    error: errorType,
    cause: JSON.stringify({ errorType, errorMessage, ...(trace && { trace }) }),
  };
}

/** What a function threw, rejected with or gave to its callback. */
export function failureOf(thrown: unknown): TaskFailure {
  try {
    if (!isError(thrown)) return functionFailure(typeof thrown, String(thrownText(thrown)), []);
    const { name, message, stack } = thrown;
    if (typeof name !== 'string' || name === '') return unknownFailure(message, stack);
    return functionFailure(name, message, traceOf(stack));
  } catch {
    return functionFailure(
      'handled',
      'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
    );
  }
}

/** An answer of Lambda's API itself, as Step Functions shows it. */
export function serviceFailure(
  code: string,
  message: string,
  { error = `Lambda.${code}`, status, requestId }: { error?: string; status: number; requestId: string },
): TaskFailure {
  const details = `Service: AWSLambda; Status Code: ${status}; Error Code: ${code}; Request ID: ${requestId}; Proxy: null`;
  return { type: 'Failed', error, cause: `${message} (${details})` };
}

/** Lambda's answer where there is no such function. */
export function functionNotFound(qualifiedArn: string, requestId: string): TaskFailure {
  return serviceFailure('ResourceNotFoundException', `Function not found: ${qualifiedArn}`, { status: 404, requestId });
}

/** Lambda's answer where the process that ran the function has ended. */
export function exitFailure(requestId: string, exit: number | 'killed'): TaskFailure {
  const how =
    exit === 0
      ? 'Runtime exited without providing a reason'
      : `Runtime exited with error: ${exit === 'killed' ? 'signal: killed' : `exit status ${exit}`}`;
  return functionFailure('Runtime.ExitError', `RequestId: ${requestId} Error: ${how}`);
}

export function traceOf(stack: unknown): string[] {
  return typeof stack === 'string' ? stack.split('\n') : [];
}

/** Errors of other realms and look-alikes count, as in Lambda's runtime. */
export function isError(value: unknown): value is Error {
  if (types.isNativeError(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  return 'name' in value && 'message' in value && 'stack' in value && typeof value.stack === 'string';
}

// `null` and `undefined` have no toString: Lambda's runtime fails there too and says so.
function thrownText(thrown: unknown): string {
  if (thrown === null || thrown === undefined) throw new TypeError('nothing was thrown');
  return String(thrown);
}

function unknownFailure(errorMessage: string, stack: unknown): TaskFailure {
  const payload = JSON.stringify({ errorMessage, trace: traceOf(stack) });
  const cause = `The cause could not be determined because Lambda did not return an error type. Returned payload: ${payload}`;
  return { type: 'Failed', error: 'Lambda.Unknown', cause };
}
