import { describe, expect, it, vi } from 'vitest';
import type { TaskResult } from '../../../../runtime/ports/task-dispatcher.ts';
import { causeOf, LAMBDA, taskRequest, WorkerFixture } from '../worker-fixture.ts';

/** One function that does whatever its event asks, and writes a file `begun` when asked to tell that it has begun. */
const ANYTHING = `import { writeFileSync } from 'node:fs';
  let calls = 0;
  export const handler = async (event, context) => {
    calls++;
    if (event.tell) writeFileSync(new URL('begun', import.meta.url), '');
    switch (event.do) {
      case 'loop': for (;;) calls += 0;
      case 'loop-later': await null; for (;;) calls += 0;
      case 'exit': process.exit(event.code);
      case 'reject': Promise.reject(new RangeError('nobody caught me')); return new Promise(() => {});
      case 'throw': setTimeout(() => { throw new RangeError('from a timer') }); return new Promise(() => {});
      case 'eat': { const kept = []; for (;;) kept.push(new Array(1e6).fill(calls)); }
      case 'wait': return new Promise((resolve) => context.signal.addEventListener('abort', () => resolve('aborted')));
      default: return calls;
    }
  }`;

interface Dispatched {
  token: string;
  result: Promise<TaskResult>;
}

async function start(): Promise<{ fixture: WorkerFixture; dispatch: (event: object) => Dispatched }> {
  const fixture = await WorkerFixture.start({ 'any.mjs': ANYTHING }, { isolate: true });
  const dispatch = (event: object): Dispatched => {
    const task = taskRequest(`${LAMBDA}any`, event);
    return { token: task.token, result: fixture.run(task) };
  };
  return { fixture, dispatch };
}

describe('an endless loop', () => {
  it.each(['loop', 'loop-later'])('(%s) ends with its task, and the function goes on in a new thread', async (kind) => {
    const { fixture, dispatch } = await start();
    const begun = fixture.written('begun');
    const { token } = dispatch({ do: kind, tell: true });
    await begun;
    fixture.workers.cancel(token);
    expect(await fixture.logged('FunctionThreadEnded')).toMatchObject({ functionName: 'any' });
    expect(await dispatch({}).result).toEqual({ type: 'Succeeded', output: '1' });
  });

  it('does not harm calls that wait behind it', async () => {
    const { fixture, dispatch } = await start();
    const begun = fixture.written('begun');
    const { token } = dispatch({ do: 'loop', tell: true });
    await begun;
    const behind = dispatch({});
    fixture.workers.cancel(token);
    expect(await behind.result).toEqual({ type: 'Succeeded', output: '1' });
  });

  it('fails calls under way beside it with an error that Lambda’s callers retry', async () => {
    const { fixture, dispatch } = await start();
    await dispatch({}).result;
    const beside = dispatch({ do: 'wait' });
    const begun = fixture.written('begun');
    const { token } = dispatch({ do: 'loop', tell: true });
    await begun;
    fixture.workers.cancel(token);
    expect(await beside.result).toMatchObject({ type: 'Failed', error: 'Lambda.ServiceException' });
  });

  it('is not ended when another call’s task ends', async () => {
    const { fixture, dispatch } = await start();
    const waiting = dispatch({ do: 'wait' });
    const begun = fixture.written('begun');
    const looping = dispatch({ do: 'loop', tell: true });
    await begun;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    fixture.workers.cancel(waiting.token);
    vi.advanceTimersByTime(60_000);
    vi.useRealTimers();
    expect(fixture.log).toEqual([]);
    fixture.workers.cancel(looping.token);
    expect(await fixture.logged('FunctionThreadEnded')).toMatchObject({ functionName: 'any' });
  });
});

describe('a thread that ends by itself', () => {
  it.each([
    [0, 'Runtime exited without providing a reason'],
    [3, 'Runtime exited with error: exit status 3'],
  ])('with code %i fails its calls with Runtime.ExitError', async (code, reason) => {
    const { dispatch } = await start();
    const result = await dispatch({ do: 'exit', code }).result;
    expect(result).toMatchObject({ type: 'Failed', error: 'Runtime.ExitError' });
    expect(causeOf(result).errorMessage).toMatch(new RegExp(`^RequestId: [0-9a-f-]{36} Error: ${reason}$`));
  });

  it('is replaced for calls it had not begun', async () => {
    const { dispatch } = await start();
    const exiting = dispatch({ do: 'exit', code: 1 });
    const behind = dispatch({});
    expect(await exiting.result).toMatchObject({ error: 'Runtime.ExitError' });
    expect(await behind.result).toEqual({ type: 'Succeeded', output: '1' });
  });

  it('while it loads fails every call that waits for it', async () => {
    const fixture = await WorkerFixture.start({ 'quits.mjs': 'process.exit(1)' }, { isolate: true });
    const results = await Promise.all([fixture.call('quits'), fixture.call('quits')]);
    expect(results.map((result) => result.type === 'Failed' && result.error)).toEqual([
      'Runtime.ExitError',
      'Runtime.ExitError',
    ]);
  });

  it('for want of memory fails its calls as killed', async () => {
    const { dispatch } = await start();
    const result = await dispatch({ do: 'eat' }).result;
    expect(causeOf(result).errorMessage).toMatch(/signal: killed$/);
  });
});

describe('an error that no call catches', () => {
  it.each([
    ['reject', 'Runtime.UnhandledPromiseRejection', 'RangeError: nobody caught me'],
    ['throw', 'RangeError', 'from a timer'],
  ])('(%s) fails its own call only', async (kind, error, errorMessage) => {
    const { fixture, dispatch } = await start();
    const other = dispatch({ do: 'wait' });
    const result = await dispatch({ do: kind }).result;
    expect(result).toMatchObject({ type: 'Failed', error });
    expect(causeOf(result)).toMatchObject({ errorMessage });
    expect(await dispatch({}).result).toEqual({ type: 'Succeeded', output: '3' });
    fixture.workers.cancel(other.token);
  });
});
