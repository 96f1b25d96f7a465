import { pathToFileURL } from 'node:url';
import type { FunctionContext } from './function-context.ts';
import { failureOf, functionFailure, isError, type TaskFailure, traceOf } from './function-error.ts';

/** `handler(event, context, callback)` as its author wrote it. */
type LambdaHandler = (
  event: unknown,
  context: FunctionContext,
  callback: (error?: unknown, result?: unknown) => void,
) => unknown;

export interface LoadedFunction {
  readonly handler: LambdaHandler;
  /** It answers through `callback` or `context`: what it returns besides a promise means nothing. */
  readonly answersByCallback: boolean;
}

/**
 * Imports a function's file and finds its handler: a named export, or a member of the default export (CommonJS).
 * `attempt` above 0 imports the file anew, though not what it imports.
 */
export async function loadFunctionModule(
  name: string,
  file: string,
  attempt = 0,
): Promise<LoadedFunction | TaskFailure> {
  let namespace: unknown;
  try {
    const url = pathToFileURL(file).href;
    namespace = await import(attempt === 0 ? url : `${url}?attempt=${attempt}`);
  } catch (error) {
    return loadFailure(error);
  }
  const found = findHandler(namespace) ?? findHandler(memberOf(namespace, 'default'));
  return found ?? functionFailure('Runtime.HandlerNotFound', `${name}.handler is undefined or not exported`, []);
}

export function isLoaded(result: LoadedFunction | TaskFailure | undefined): result is LoadedFunction {
  return result !== undefined && 'handler' in result;
}

// The module's own this stays: a default export's handler may be a method.
function findHandler(owner: unknown): LoadedFunction | undefined {
  const handler = memberOf(owner, 'handler');
  if (typeof handler !== 'function') return undefined;
  return {
    handler: (event, context, callback) => Reflect.apply(handler, owner, [event, context, callback]),
    answersByCallback: handler.length > 2 || (handler.length === 2 && ANSWERS_BY_CONTEXT.test(String(handler))),
  };
}

// A handler of two parameters that returns nothing has either nothing to say or says it later through its context;
// only its text tells, and one must not wait for the other for ever.
const ANSWERS_BY_CONTEXT = /\b(?:context|ctx|c)\s*\.\s*(?:done|succeed|fail)\b/;

function memberOf(owner: unknown, key: string): unknown {
  return typeof owner === 'object' && owner !== null ? Reflect.get(owner, key) : undefined;
}

/** Why a file could not be loaded, in the words of Lambda's runtime. */
function loadFailure(error: unknown): TaskFailure {
  if (!isError(error)) return failureOf(error);
  const code = 'code' in error ? error.code : undefined;
  if (error.name === 'SyntaxError') return runtimeFailure('Runtime.UserCodeSyntaxError', error);
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') {
    return runtimeFailure('Runtime.ImportModuleError', error);
  }
  return failureOf(error);
}

function runtimeFailure(errorType: string, error: Error): TaskFailure {
  return functionFailure(errorType, String(error), traceOf(error.stack));
}
