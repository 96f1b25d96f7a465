import type { Engine } from '../../runtime/engine.ts';

/** Tells when executions have ended durably and well. Each that is started must be waited for, once. */
export function endedExecutions(engine: Engine): (executionArn: string) => Promise<void> {
  const waiting = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const ended = new Map<string, string>();
  engine.subscribe(({ executionArn, status }) => {
    if (status === 'RUNNING') return;
    const waiter = waiting.get(executionArn);
    if (waiter === undefined) {
      ended.set(executionArn, status);
      return;
    }
    waiting.delete(executionArn);
    if (status === 'SUCCEEDED') waiter.resolve();
    else waiter.reject(new ExecutionEndedBadly(`${executionArn}: ${status}`));
  });
  return async (executionArn) => {
    const status = ended.get(executionArn);
    if (status === undefined) {
      await new Promise<void>((resolve, reject) => waiting.set(executionArn, { resolve, reject }));
      return;
    }
    ended.delete(executionArn);
    if (status !== 'SUCCEEDED') throw new ExecutionEndedBadly(`${executionArn}: ${status}`);
  };
}

export class ExecutionEndedBadly extends Error {
  override readonly name = 'ExecutionEndedBadly';
}
