import { describe, expect, it } from 'vitest';
import type { TaskResult } from '../../../runtime/ports/task-dispatcher.ts';
import { LocalDispatcher } from '../../../workers/local-dispatcher.ts';
import type { Attempt, TaskHandler } from '../../../workers/task-handler.ts';
import { ignoreBeat, LAMBDA, taskRequest } from './worker-fixture.ts';

const FIRST: TaskResult = { type: 'Succeeded', output: '1' };
const SECOND: TaskResult = { type: 'Succeeded', output: '2' };

function dispatcherOf(handler: TaskHandler | undefined) {
  const dispatcher = new LocalDispatcher(() => handler);
  const task = taskRequest(`${LAMBDA}work`, {});
  const reports: TaskResult[] = [];
  const report = (result: TaskResult) => reports.push(result);
  return { dispatcher, task, reports, dispatch: () => dispatcher.dispatch(task, report, ignoreBeat) };
}

describe('LocalDispatcher', () => {
  it('reports a result that is there before dispatch returns', () => {
    const { dispatch, reports } = dispatcherOf((attempt) => attempt.report(FIRST));
    dispatch();
    expect(reports).toEqual([FIRST]);
  });

  it('reports the first of several results', () => {
    const { dispatch, reports } = dispatcherOf((attempt) => {
      attempt.report(FIRST);
      attempt.report(SECOND);
    });
    dispatch();
    expect(reports).toEqual([FIRST]);
  });

  it('reports nothing after cancel', () => {
    const attempts: Attempt[] = [];
    const { dispatcher, task, dispatch, reports } = dispatcherOf((attempt) => attempts.push(attempt));
    dispatch();
    dispatcher.cancel(task.token);
    attempts[0]?.report(FIRST);
    expect(reports).toEqual([]);
  });

  it('cancels the work of a cancelled task once', () => {
    let cancelled = 0;
    const { dispatcher, task, dispatch } = dispatcherOf((attempt) => {
      attempt.work = { cancel: () => cancelled++ };
    });
    dispatch();
    dispatcher.cancel(task.token);
    dispatcher.cancel(task.token);
    expect(cancelled).toBe(1);
  });

  it('ignores unknown tokens', () => {
    const { dispatcher } = dispatcherOf(undefined);
    expect(() => dispatcher.cancel('never seen')).not.toThrow();
  });

  it('cancels the newest attempt where a token was dispatched again', () => {
    const attempts: Attempt[] = [];
    const { dispatcher, task, dispatch } = dispatcherOf((attempt) => attempts.push(attempt));
    dispatch();
    dispatch();
    attempts[0]?.report(FIRST);
    dispatcher.cancel(task.token);
    expect(attempts.map((attempt) => attempt.open)).toEqual([false, false]);
  });

  it('fails a task whose handler throws', () => {
    const { dispatch, reports } = dispatcherOf(() => {
      throw new TypeError('a mistake');
    });
    dispatch();
    expect(reports).toEqual([{ type: 'Failed', error: 'States.Runtime', cause: expect.stringContaining('a mistake') }]);
  });

  it('fails a task without a handler, naming its resource', () => {
    const { dispatch, task, reports } = dispatcherOf(undefined);
    dispatch();
    expect(reports).toEqual([
      { type: 'Failed', error: 'States.Runtime', cause: expect.stringContaining(task.resource) },
    ]);
  });
});
