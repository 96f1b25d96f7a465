import type { AppEvents } from '../app.ts';

export type WorkerEvent = Parameters<NonNullable<AppEvents['worker']>>[0];

/** What workers have to say, in words and with what to do. */
export function describeWorkerEvent(event: WorkerEvent): string {
  switch (event.type) {
    case 'FunctionMissing':
      return event.functionsDir === undefined
        ? `state ${event.stateName} calls function ${event.functionName}, and there is no folder of functions: give one with --functions`
        : `state ${event.stateName} calls function ${event.functionName}: create ${event.functionsDir}/${event.functionName}.mjs`;
    case 'FunctionAmbiguous':
      return `function ${event.functionName} is taken from ${event.used}, ${event.ignored} is ignored: remove one`;
    case 'FunctionLoadFailed':
      return `function ${event.functionName} cannot be loaded: ${event.error}: ${event.cause}`;
    case 'FunctionChanged':
      return `function ${event.functionName} changed (${event.file}): its next call runs the new one`;
    case 'FunctionThreadEnded':
      return `the thread of function ${event.functionName} ended: ${event.reason}`;
    case 'QueueFailed':
      return `${event.functionName === '' ? 'a queue' : `the queue of function ${event.functionName}`}: ${event.reason}: trying again`;
    case 'ScheduledStartFailed':
      return `execution ${event.name} of ${event.stateMachineArn} could not be started: ${event.reason}`;
    case 'EventLoopBlocked': {
      const name = event.functionName ?? event.lastFunctionName;
      const who = name === undefined ? 'something' : `function ${name}`;
      return `${who} has blocked everything for ${event.blockedMs} ms: --isolate runs functions in threads of their own`;
    }
  }
}
