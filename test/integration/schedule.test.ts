import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openQueueClient } from '../../runtime/stores/redis/queue-client.ts';
import { RedisConnection } from '../../runtime/stores/redis/redis-connection.ts';
import { type ScheduledStart, ScheduleRunner } from '../../workers/queue/schedule-runner.ts';
import { RedisServer } from '../redis/redis-server.ts';
import { waitUntil } from '../redis/wait-until.ts';
import { buildCli, type Finished, redstep } from './cli-process.ts';

const MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:clean-up';

beforeAll(buildCli);

describe('redstep schedule', () => {
  test('shows a schedule from its creation to its deletion', async () => {
    const { schedule } = await setup();

    const created = await schedule('create', 'nightly', '--cron', '0 3 * * *', '--state-machine', MACHINE);
    const { stdout } = await schedule('list');
    const deleted = await schedule('delete', 'nightly');
    const after = await schedule('list');

    expect(created).toMatchObject({ code: 0, stdout: 'nightly\n' });
    expect(JSON.parse(stdout)).toEqual([
      {
        name: 'nightly',
        when: { cron: '0 3 * * *' },
        stateMachineArn: MACHINE,
        input: '{}',
        next: expect.stringMatching(/:00:00\.000Z$/),
      },
    ]);
    expect(deleted.code).toBe(0);
    expect(JSON.parse(after.stdout)).toEqual([]);
  });

  test.each([
    [['create', 'a b', '--rate', '5m', '--state-machine', MACHINE], 'a name is up to 60'],
    [['create', 'nightly', '--cron', '99 3 * * *', '--state-machine', MACHINE], 'onstraint error'],
    [['create', 'nightly', '--state-machine', MACHINE], 'either --cron or --rate'],
    [['create', 'nightly', '--rate', 'often', '--state-machine', MACHINE], 'a time such as'],
    [['create', 'nightly', '--rate', '5m', '--state-machine', 'clean-up'], 'no ARN of a state machine'],
    [['delete', 'nightly'], 'there is no schedule nightly'],
  ])('refuses %j', async (args, reason) => {
    const { schedule } = await setup();

    const { code, stderr } = await schedule(...args);

    expect(code).toBe(2);
    expect(stderr).toContain(reason);
  });

  test('replaces a schedule only where it is told to', async () => {
    const { schedule } = await setup();
    await schedule('create', 'poll', '--rate', '5m', '--state-machine', MACHINE);

    const refused = await schedule('create', 'poll', '--rate', '6m', '--state-machine', MACHINE);
    const replaced = await schedule('create', 'poll', '--rate', '6m', '--state-machine', MACHINE, '--update');

    expect(refused.stderr).toContain('there is a schedule poll');
    expect(replaced.code).toBe(0);
    expect(JSON.parse((await schedule('list')).stdout)).toMatchObject([{ when: { everyMs: 360_000 } }]);
  });
});

describe('a node’s schedules', () => {
  test('start an execution at each occurrence, named by the time it was due', async () => {
    const { schedule, run } = await setup();
    const started: ScheduledStart[] = [];
    run(async (start) => started.push(start));

    await schedule('create', 'often', '--rate', '1s', '--state-machine', MACHINE, '--input', '{"a":1}');
    await waitUntil('two starts', () => started.length >= 2);

    expect(started[0]).toMatchObject({ stateMachineArn: MACHINE, input: '{"a":1}' });
    expect(started[0]?.name).toMatch(/^often-\d{8}T\d{9}Z$/);
    expect(new Set(started.map(({ name }) => name)).size).toBe(started.length);
  });

  test('take each occurrence once, however many nodes there are', async () => {
    const { schedule, run } = await setup();
    const started: string[] = [];
    for (let node = 0; node < 3; node++) run(async ({ name }) => started.push(name));

    await schedule('create', 'often', '--rate', '1s', '--state-machine', MACHINE);
    await waitUntil('three starts', () => started.length >= 3);

    expect(new Set(started).size).toBe(started.length);
  });

  test('try a start again under the same name, until it is there', async () => {
    const { schedule, run } = await setup();
    const tried: string[] = [];
    run(async ({ name }) => {
      tried.push(name);
      if (tried.length === 1) throw new Error('the node is away');
      throw new AlreadyThere();
    });

    await schedule('create', 'rare', '--rate', '1d', '--state-machine', MACHINE);
    await waitUntil('two tries', () => tried.length >= 2);

    expect(tried[1]).toBe(tried[0]);
  });
});

class AlreadyThere extends Error {
  override readonly name = 'ExecutionAlreadyExists';
}

async function setup() {
  const server = await RedisServer.start();
  onTestFinished(() => server.stop());
  const connection = await RedisConnection.open(server.url, {}, () => undefined);
  onTestFinished(() => connection.close());
  const schedule = (...args: string[]): Promise<Finished> => redstep(['schedule', ...args, '--redis', server.url]);
  const run = (start: (request: ScheduledStart) => Promise<unknown>): void => {
    const client = openQueueClient(connection.client);
    const runner = new ScheduleRunner({ redis: client, keyPrefix: 'rs', start, log: () => undefined });
    onTestFinished(async () => {
      await runner.stop();
      client.disconnect();
    });
    runner.start();
  };
  return { schedule, run };
}
