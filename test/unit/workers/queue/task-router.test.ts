import { describe, expect, test } from 'vitest';
import type { TaskRequest } from '../../../../runtime/ports/task-dispatcher.ts';
import { TaskRouter, type TaskRouterOptions } from '../../../../workers/queue/task-router.ts';
import { INVOKE, ignoreBeat, LAMBDA, taskRequest } from '../worker-fixture.ts';

/** Parts that write down what they are told. `hosted`: functions of worker processes; unknown: nobody can tell. */
function setup(tasks: TaskRouterOptions['tasks'], hosted: readonly string[] | 'unknown' = []) {
  const told: string[] = [];
  const known = new Set<string>();
  const running = new Set<string>();
  const router = new TaskRouter({
    tasks,
    functionNames: ['here'],
    local: {
      dispatch: ({ token }: TaskRequest) => {
        running.add(token);
        told.push('local');
      },
      cancel: (token: string) => {
        const wasRunning = running.delete(token);
        if (wasRunning) told.push('cancel local');
        return wasRunning;
      },
    },
    queues: {
      enqueue: (name: string) => told.push(`queue ${name}`),
      cancel: () => told.push('cancel queued'),
      ended: () => told.push('ended'),
      answered: () => told.push('answered'),
    },
    hosted: {
      isKnown: (name: string) => known.has(name),
      look: async (name: string) => {
        if (hosted === 'unknown') throw new TypeError('Redis is away');
        for (const each of hosted) known.add(each);
        return known.has(name);
      },
    },
  });
  const dispatch = (resource: string, input: unknown = {}): TaskRequest => {
    const task = taskRequest(resource, input);
    router.dispatch(task, () => undefined, ignoreBeat);
    return task;
  };
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { router, told, dispatch, settled };
}

describe('a node that runs tasks inline', () => {
  test('runs all of them', () => {
    const { told, dispatch } = setup('inline', ['there']);

    dispatch(`${LAMBDA}here`);
    dispatch(`${LAMBDA}there`);

    expect(told).toEqual(['local', 'local']);
  });

  test('cancels nothing elsewhere', () => {
    const { router, told } = setup('inline');

    router.cancel('unknown');

    expect(told).toEqual([]);
  });
});

describe('a node that queues tasks', () => {
  test('queues those of its own functions, too', () => {
    const { told, dispatch } = setup('queue');

    dispatch(`${LAMBDA}here`);
    dispatch(INVOKE, { FunctionName: 'there' });

    expect(told).toEqual(['queue here', 'queue there']);
  });

  test('does by itself what is no function’s, and refuses by itself what names none', () => {
    const { told, dispatch } = setup('queue');

    dispatch('arn:aws:states:::sqs:sendMessage');
    dispatch(INVOKE, { Payload: {} });

    expect(told).toEqual(['local', 'local']);
  });
});

describe('a node that decides by who hosts the function', () => {
  test('runs its own', () => {
    const { told, dispatch } = setup('auto', ['here']);

    dispatch(`${LAMBDA}here`);

    expect(told).toEqual(['local']);
  });

  test('queues what worker processes host, without a look once it is known', async () => {
    const { told, dispatch, settled } = setup('auto', ['there']);

    dispatch(`${LAMBDA}there`);
    await settled();
    dispatch(`${LAMBDA}there`);

    expect(told).toEqual(['queue there', 'queue there']);
  });

  test('runs, and so fails, what nobody hosts', async () => {
    const { told, dispatch, settled } = setup('auto', ['there']);

    dispatch(`${LAMBDA}nowhere`);
    await settled();

    expect(told).toEqual(['local']);
  });

  test('queues what nobody can tell about', async () => {
    const { told, dispatch, settled } = setup('auto', 'unknown');

    dispatch(`${LAMBDA}there`);
    await settled();

    expect(told).toEqual(['queue there']);
  });

  test('leaves what is cancelled while it looks', async () => {
    const { router, told, dispatch, settled } = setup('auto', ['there']);

    router.cancel(dispatch(`${LAMBDA}there`).token);
    await settled();

    expect(told).toEqual([]);
  });

  test('cancels where the attempt is', async () => {
    const { router, told, dispatch, settled } = setup('auto', ['there']);
    const here = dispatch(`${LAMBDA}here`);
    const there = dispatch(`${LAMBDA}there`);
    await settled();

    router.cancel(here.token);
    router.cancel(there.token);

    expect(told.slice(2)).toEqual(['cancel local', 'cancel queued']);
  });

  test('does not begin what is answered while it looks', async () => {
    const { router, told, dispatch, settled } = setup('auto', ['there']);

    router.over(dispatch(`${LAMBDA}there`).token, 'answered');
    await settled();

    expect(told).toEqual([]);
  });

  test('tells the queues of an attempt that is over elsewhere', async () => {
    const { router, told, dispatch, settled } = setup('auto', ['there']);
    const { token } = dispatch(`${LAMBDA}there`);
    await settled();

    router.over(token, 'answered');
    router.over(token, 'reported');

    expect(told.slice(1)).toEqual(['answered', 'ended']);
  });
});
