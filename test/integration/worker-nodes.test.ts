import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { RedisServer } from '../redis/redis-server.ts';
import { waitUntil } from '../redis/wait-until.ts';
import { buildCli, CliProcess, redstep } from './cli-process.ts';
import { FunctionFolder } from './function-folder.ts';

const LAMBDA = 'arn:aws:lambda:us-east-1:123456789012:function:';
const EXECUTIONS = 60;
/** A function that says what it does in a ledger beside it. */
const FUNCTIONS = {
  step: 'note(event.n); return { n: event.n }',
  slow: "note(process.pid); await until('go'); return 'done'",
  patient: "note('begun'); context.signal.addEventListener('abort', () => note('told')); await until('never')",
};

beforeAll(buildCli);

describe('nodes with worker processes', () => {
  test('run executions whose functions are all in workers', async () => {
    const { client, worker, machine, functions } = await setup();
    await worker();
    const arn = await machine('two', twoSteps('step'));

    for (let n = 0; n < EXECUTIONS; n++) await start(client, arn, { n });
    await succeeded(client, arn, EXECUTIONS);

    expect(functions.ledger().sort()).toEqual(Array.from({ length: 2 * EXECUTIONS }, (_, i) => String(i >> 1)).sort());
  });

  test('lose no execution when workers are killed', async () => {
    const { client, worker, machine, functions } = await setup();
    const first = await worker();
    const arn = await machine('slow', oneStep('slow'));
    for (let n = 0; n < EXECUTIONS; n++) await start(client, arn, { n });
    await waitUntil('the worker has some', () => functions.ledger().length > 0);

    first.child.kill('SIGKILL');
    await worker();
    functions.signal('go');

    await succeeded(client, arn, EXECUTIONS);
  });

  test('run in place what they host, and leave the rest to workers', async () => {
    const { client, worker, machine, functions } = await setup('auto', { here: 'return process.pid' });
    await worker();
    const arn = await machine('both', {
      StartAt: 'Here',
      States: {
        Here: { Type: 'Task', Resource: `${LAMBDA}here`, ResultPath: '$.here', Next: 'There' },
        There: { Type: 'Task', Resource: `${LAMBDA}step`, ResultPath: '$.there', Next: 'Nowhere' },
        Nowhere: {
          Type: 'Task',
          Resource: `${LAMBDA}nowhere`,
          Catch: [{ ErrorEquals: ['Lambda.ResourceNotFoundException'], ResultPath: '$.nowhere', Next: 'Done' }],
          End: true,
        },
        Done: { Type: 'Succeed' },
      },
    });

    const executionArn = await start(client, arn, { n: 1 });
    await succeeded(client, arn, 1);
    const { output } = await client.send(new DescribeExecutionCommand({ executionArn }));

    expect(JSON.parse(output ?? '')).toMatchObject({
      here: expect.any(Number),
      there: { n: 1 },
      nowhere: { Error: 'Lambda.ResourceNotFoundException' },
    });
    expect(functions.ledger()).toEqual(['1']);
  });

  test('answer a synchronous Express execution whose function is in a worker', async () => {
    const { client, worker, machine } = await setup();
    await worker();
    const arn = await machine('sync', oneStep('step'), 'EXPRESS');

    const { status, output } = await client.send(
      new StartSyncExecutionCommand({ stateMachineArn: arn, input: '{"n":7}' }),
    );

    expect(status).toBe('SUCCEEDED');
    expect(output).toBe('{"n":7}');
  });

  test('tell a worker when an execution is stopped', async () => {
    const { client, worker, machine, functions } = await setup();
    await worker();
    const arn = await machine('patient', oneStep('patient'));
    const executionArn = await start(client, arn, {});
    await waitUntil('it has begun', () => functions.ledger().length === 1);

    await client.send(new StopExecutionCommand({ executionArn }));

    await waitUntil('it is told', () => functions.ledger().includes('told'));
  });

  test('let no function begin whose task has been answered before a worker took it', async () => {
    const { client, worker, machine, functions } = await setup();
    const arn = await machine('asked', {
      StartAt: 'Ask',
      States: {
        Ask: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
          Parameters: { FunctionName: 'step', Payload: { n: 'asked', 'token.$': '$$.Task.Token' } },
          Next: 'Work',
        },
        // Behind the first one in the same queue.
        Work: { Type: 'Task', Resource: `${LAMBDA}step`, End: true },
      },
    });
    const executionArn = await start(client, arn, {});
    const history = new GetExecutionHistoryCommand({ executionArn });
    const scheduled = (await client.send(history)).events?.find(({ type }) => type === 'TaskScheduled');
    const { Payload } = JSON.parse(scheduled?.taskScheduledEventDetails?.parameters ?? '');

    await client.send(new SendTaskSuccessCommand({ taskToken: Payload.token, output: '{"n":"answered"}' }));
    await worker();

    await succeeded(client, arn, 1);
    expect(functions.ledger()).toEqual(['answered']);
  });

  test('start what schedules ask for', async () => {
    const { client, worker, machine, server, functions } = await setup();
    await worker();
    const arn = await machine('scheduled', oneStep('step'));

    const args = ['--redis', server.url, '--rate', '1s', '--state-machine', arn, '--input', '{"n":3}'];
    await redstep(['schedule', 'create', 'often', ...args]);

    await waitUntil('two have run', () => functions.ledger().length >= 2);
    const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn: arn }));
    expect(executions.every(({ name }) => /^often-\d{8}T\d{9}Z$/.test(name ?? ''))).toBe(true);
  });
});

/** Two nodes and a folder of functions for workers. `ownFunctions`: those that the nodes host. */
async function setup(tasks = 'queue', ownFunctions: Record<string, string> = {}) {
  const functions = new FunctionFolder(FUNCTIONS);
  const server = await RedisServer.start();
  onTestFinished(() => server.stop());
  const run = (...args: string[]): CliProcess => {
    const child = new CliProcess(args, functions.path);
    onTestFinished(async () => {
      child.child.kill('SIGKILL');
      await child.finished;
    });
    return child;
  };
  const own = new FunctionFolder(ownFunctions).path;
  const nodes = [1, 2].map(() =>
    run('start', '--port', '0', '--redis', server.url, '--tasks', tasks, '--functions', own),
  );
  const endpoints = await Promise.all(nodes.map(async (node) => (await node.says(/listens on (\S+)\n/))[1] ?? ''));
  const client = new SFNClient({
    endpoint: endpoints[0] ?? '',
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 10,
    disableHostPrefix: true,
  });
  onTestFinished(() => client.destroy());
  return {
    client,
    server,
    functions,
    worker: async (...args: string[]): Promise<CliProcess> => {
      const worker = run('worker', '--redis', server.url, '--functions', functions.path, '--lost-after', '1s', ...args);
      await worker.says(/redstep worker hosts/);
      return worker;
    },
    machine: async (name: string, definition: object, type: 'STANDARD' | 'EXPRESS' = 'STANDARD'): Promise<string> => {
      const { stateMachineArn = '' } = await client.send(
        new CreateStateMachineCommand({
          name,
          type,
          definition: JSON.stringify(definition),
          roleArn: 'arn:aws:iam::123456789012:role/any',
        }),
      );
      return stateMachineArn;
    },
  };
}

async function start(client: SFNClient, stateMachineArn: string, input: object): Promise<string> {
  const command = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) });
  const { executionArn = '' } = await client.send(command);
  return executionArn;
}

async function succeeded(client: SFNClient, stateMachineArn: string, count: number): Promise<void> {
  const list = async (statusFilter: 'SUCCEEDED' | 'FAILED'): Promise<number> => {
    const command = new ListExecutionsCommand({ stateMachineArn, statusFilter, maxResults: 1_000 });
    return (await client.send(command)).executions?.length ?? 0;
  };
  await waitUntil(
    `${count} executions end`,
    async () => (await list('SUCCEEDED')) + (await list('FAILED')) === count,
    90_000,
  );
  expect(await list('SUCCEEDED')).toBe(count);
}

function oneStep(functionName: string): object {
  return { StartAt: 'Step', States: { Step: { Type: 'Task', Resource: LAMBDA + functionName, End: true } } };
}

function twoSteps(functionName: string): object {
  const step = { Type: 'Task', Resource: LAMBDA + functionName };
  return { StartAt: 'First', States: { First: { ...step, Next: 'Second' }, Second: { ...step, End: true } } };
}
