import { AsyncLocalStorage } from 'node:async_hooks';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { failureOf, functionFailure, isError, type TaskFailure, traceOf } from './function-error.ts';
import { isLoaded, type LoadedFunction, loadFunctionModule } from './function-module.ts';
import { Invocation } from './invocation.ts';
import {
  BEGUN,
  ENTERED,
  type FromFunctionThread,
  type FunctionThreadData,
  type ToFunctionThread,
} from './thread-protocol.ts';

const { functionName, file, shared }: FunctionThreadData = workerData;
const invocations = new Map<number, Invocation>();
/** Whose call the running code belongs to: an error thrown outside every promise fails that call only. */
const current = new AsyncLocalStorage<Invocation>();

if (parentPort) void serve(parentPort);

async function serve(port: MessagePort): Promise<void> {
  const send = (message: FromFunctionThread): void => port.postMessage(message);
  process.setSourceMapsEnabled(true); // traces name the lines people wrote
  process.on('uncaughtException', (error, origin) => {
    const invocation = current.getStore();
    const failure = uncaughtFailure(error, origin);
    if (invocation) return invocation.settle(failure);
    send({ type: 'Fatal', failure });
    process.exit(1);
  });
  const loaded = await loadFunctionModule(functionName, file);
  if (!isLoaded(loaded)) {
    send({ type: 'Fatal', failure: loaded });
    return;
  }
  send({ type: 'Loaded' });
  port.on('message', (message: ToFunctionThread) => {
    if (message.type === 'Call') run(loaded, message, send);
    else {
      invocations.get(message.id)?.cancel();
      invocations.delete(message.id);
      send({ type: 'Cancelled', id: message.id });
    }
  });
}

function run(
  loaded: LoadedFunction,
  { id, call }: Extract<ToFunctionThread, { type: 'Call' }>,
  send: (message: FromFunctionThread) => void,
): void {
  Atomics.store(shared, BEGUN, id);
  Atomics.store(shared, ENTERED, id);
  const invocation = new Invocation(call, {
    done: (result) => {
      invocations.delete(id);
      send({ type: 'Result', id, result });
    },
    beat: () => send({ type: 'Beat', id }),
  });
  invocations.set(id, invocation);
  current.run(invocation, () => invocation.run(loaded));
  Atomics.store(shared, ENTERED, 0);
}

function uncaughtFailure(error: unknown, origin: NodeJS.UncaughtExceptionOrigin): TaskFailure {
  if (origin !== 'unhandledRejection') return failureOf(error);
  const trace = isError(error) ? traceOf(error.stack) : [];
  return functionFailure('Runtime.UnhandledPromiseRejection', String(error), trace);
}
