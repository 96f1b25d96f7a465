import { beforeAll, describe, expect, test } from 'vitest';
import type { TaskResult } from '../../runtime/ports/task-dispatcher.ts';
import { attemptId } from '../../workers/queue/task-queue.ts';
import { RedisCluster } from '../redis/redis-cluster.ts';
import { waitUntil } from '../redis/wait-until.ts';
import { buildCli } from './cli-process.ts';
import { INVOKE, QueueFixture } from './queue-fixture.ts';

const EXPRESS = 'arn:aws:states:us-east-1:123456789012:express:machine:one:two';

beforeAll(buildCli);

describe('a worker process', () => {
  test('answers by the function’s ARN and by lambda:invoke as the node would', async () => {
    const fixture = await QueueFixture.start({
      double: 'return event.n * 2',
      broken: "throw new TypeError('no such order')",
    });
    await fixture.worker();

    fixture.enqueue('double', fixture.task('double', { n: 21 }));
    const invoke = { FunctionName: 'double', Payload: { n: 4 } };
    fixture.enqueue('double', fixture.task('double', invoke, { resource: INVOKE }));
    fixture.enqueue('double', fixture.task('double', invoke, { resource: `${INVOKE}.waitForTaskToken` }));
    fixture.enqueue('broken', fixture.task('broken'));

    const messages = await fixture.received(4);
    const byTask = new Map(messages.map((message) => ['taskNumber' in message ? message.taskNumber : 0, message]));
    expect(byTask.get(1)).toEqual({ type: 'TaskSucceeded', taskNumber: 1, output: '42' });
    expect(byTask.get(2)).toMatchObject({ type: 'TaskSucceeded', output: expect.stringContaining('"Payload":8,') });
    expect(byTask.get(3)).toMatchObject({ type: 'TaskSubmitted' });
    expect(byTask.get(4)).toMatchObject({
      type: 'TaskFailed',
      error: 'TypeError',
      cause: expect.stringContaining('no such order'),
    });
  });

  test('does so on a Redis Cluster', async () => {
    const fixture = await QueueFixture.startOn(await RedisCluster.start(), {
      a: 'return 1',
      b: 'return 2',
      c: 'return 3',
    });
    await fixture.worker();

    for (const name of ['a', 'b', 'c']) {
      const executionArn = `arn:aws:states:us-east-1:123456789012:execution:machine:${name}`;
      fixture.enqueue(name, fixture.task(name, {}, { executionArn }));
    }

    const outputs = (await fixture.received(3)).map((message) => 'output' in message && message.output);
    expect(outputs.sort()).toEqual(['1', '2', '3']);
  });

  test('leaves no job behind', async () => {
    const fixture = await QueueFixture.start({ quick: 'return 1' });
    await fixture.worker();

    fixture.enqueue('quick', fixture.task('quick'));
    await fixture.received(1);

    const gone = async (): Promise<boolean> => Object.values(await fixture.jobCounts('quick')).every((n) => n === 0);
    await waitUntil('the job is gone', gone);
  });

  test('tells the execution that its function goes on', async () => {
    const fixture = await QueueFixture.start({ long: "context.heartbeat(); await until('told'); return 'done'" });
    await fixture.worker();

    fixture.enqueue('long', fixture.task('long'));
    expect(await fixture.received(1)).toEqual([{ type: 'TaskHeartbeat', taskNumber: 1 }]);
    fixture.functions.signal('told');

    expect(await fixture.received(2)).toContainEqual({ type: 'TaskSucceeded', taskNumber: 1, output: '"done"' });
  });

  test('answers the node that waits for an Express execution', async () => {
    const fixture = await QueueFixture.start({ quick: 'return event' });
    await fixture.worker();

    const result = await new Promise<TaskResult>((resolve) =>
      fixture.enqueue('quick', fixture.task('quick', { a: 1 }, { executionArn: EXPRESS }), resolve),
    );

    expect(result).toEqual({ type: 'Succeeded', output: '{"a":1}' });
    expect(await fixture.messages()).toEqual([]);
  });

  test('hosts the functions that --only names, and leaves others to others', async () => {
    const fixture = await QueueFixture.start({ mine: 'return 1', other: 'return 2' });
    const worker = await fixture.worker('--only', 'mine');

    fixture.enqueue('other', fixture.task('other'));
    fixture.enqueue('mine', fixture.task('mine'));
    const messages = await fixture.received(1);

    expect(worker.output).toContain('hosts mine\n');
    expect(messages).toEqual([{ type: 'TaskSucceeded', taskNumber: 2, output: '1' }]);
    expect(await fixture.jobCounts('other')).toMatchObject({ wait: 1, active: 0 });
    expect(await fixture.hosted.look('mine')).toBe(true);
    expect(await fixture.hosted.look('other')).toBe(false);
  });

  test('says which function it has not got', async () => {
    const fixture = await QueueFixture.start({ mine: 'return 1' });

    const { code, stderr } = await fixture.startWorker('--only', 'yours').finished;

    expect(code).toBe(2);
    expect(stderr).toContain('there is no function yours');
  });

  test('begins no more attempts than --rate allows', async () => {
    const fixture = await QueueFixture.start({ quick: 'return 1' });
    await fixture.worker('--rate', '2/h');

    for (let i = 0; i < 3; i++) fixture.enqueue('quick', fixture.task('quick'));
    await fixture.received(2);
    await waitUntil('the queue is limited', async () =>
      fixture.withQueue('quick', async (queue) => (await queue.getRateLimitTtl(2)) > 0),
    );

    expect(await fixture.messages()).toHaveLength(2);
    expect(await fixture.jobCounts('quick')).toMatchObject({ wait: 1 });
  });

  test('drops an attempt that was cancelled before it came to it', async () => {
    const fixture = await QueueFixture.start({ busy: "note(event.n); await until('go')" });
    await fixture.worker('--concurrency', '1');
    const cancelled = fixture.task('busy', { n: 2 });

    fixture.enqueue('busy', fixture.task('busy', { n: 1 }));
    await fixture.functions.noted(1);
    fixture.enqueue('busy', cancelled);
    await waitUntil('it waits', async () => (await fixture.jobCounts('busy')).wait === 1);
    fixture.queues.cancel(cancelled.token);
    await waitUntil('it is gone', async () => (await fixture.jobCounts('busy')).wait === 0);
    fixture.enqueue('busy', fixture.task('busy', { n: 3 }));
    fixture.functions.signal('go');

    await fixture.received(2);
    expect(fixture.functions.ledger()).toEqual(['1', '3']);
  });

  test.each([[[]], [['--isolate']]])('tells a running function that nobody waits for it any more %j', async (args) => {
    const body = "note('begun'); context.signal.addEventListener('abort', () => note('told')); await until('never')";
    const fixture = await QueueFixture.start({ waits: body });
    await fixture.worker(...args);
    const task = fixture.task('waits');

    fixture.enqueue('waits', task);
    await fixture.functions.noted(1);
    fixture.queues.cancel(task.token);

    expect(await fixture.functions.noted(2)).toEqual(['begun', 'told']);
    await waitUntil('its job is gone', async () => (await fixture.jobCounts('waits')).active === 0);
    expect(await fixture.messages()).toEqual([]);
  });

  test('of another node is cancelled by the token alone', async () => {
    const fixture = await QueueFixture.start({ quick: 'note(event.n)' });
    const cancelled = fixture.task('quick', { n: 1 });
    fixture.enqueue('quick', cancelled);
    await waitUntil('it waits', async () => (await fixture.jobCounts('quick')).wait === 1);
    fixture.queues.ended(cancelled.token);

    fixture.queues.cancel(cancelled.token);
    await waitUntil('it is over', () =>
      fixture.redis.attempts.isOver({ ...cancelled, id: attemptId(cancelled.token) }),
    );
    await fixture.worker();
    fixture.enqueue('quick', fixture.task('quick', { n: 2 }));

    await fixture.received(1);
    expect(fixture.functions.ledger()).toEqual(['2']);
  });
});

describe('the queues of a node', () => {
  test('have one job for an attempt that is dispatched twice', async () => {
    const fixture = await QueueFixture.start({ quick: 'return 1' });
    const task = fixture.task('quick');

    fixture.enqueue('quick', task);
    await waitUntil('it waits', async () => (await fixture.jobCounts('quick')).wait === 1);
    fixture.enqueue('quick', task);
    fixture.enqueue('quick', fixture.task('quick'));
    await waitUntil('the other one waits', async () => (await fixture.jobCounts('quick')).wait !== 1);

    expect(await fixture.jobCounts('quick')).toMatchObject({ wait: 2 });
  });

  test('add an attempt again that has lost its job', async () => {
    const fixture = await QueueFixture.start({ quick: 'return 1' });
    fixture.enqueue('quick', fixture.task('quick'));
    await waitUntil('it waits', async () => (await fixture.jobCounts('quick')).wait === 1);

    await fixture.withQueue('quick', (queue) => queue.obliterate());
    await fixture.queues.check(0);
    await fixture.worker();

    expect(await fixture.received(1)).toHaveLength(1);
  });

  test('do not add an attempt again whose result is in the mailbox', async () => {
    const fixture = await QueueFixture.start({ quick: "note('ran')" });
    await fixture.worker();
    fixture.enqueue('quick', fixture.task('quick'));
    await fixture.received(1);
    await waitUntil('its job is gone', async () => (await fixture.jobCounts('quick')).active === 0);

    await fixture.queues.check(0);
    fixture.enqueue('quick', fixture.task('quick'));

    await fixture.received(2);
    expect(fixture.functions.ledger()).toEqual(['ran', 'ran']);
  });

  test('wait for Redis to come back', async () => {
    const fixture = await QueueFixture.start({ quick: 'return 1' }, { appendfsync: 'always' });
    await fixture.worker();

    await fixture.server.kill('SIGKILL');
    fixture.enqueue('quick', fixture.task('quick'));
    await fixture.server.restart();

    expect(await fixture.received(1)).toHaveLength(1);
  });
});
