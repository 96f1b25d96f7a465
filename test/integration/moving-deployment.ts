import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { Client } from '../../cli/client.ts';
import { HttpApi } from '../../cli/http-api.ts';
import { executionArn, stateMachineArn } from '../../core/arn.ts';
import { parseTaskToken } from '../../core/interpreter/task-token.ts';
import type { Json } from '../../core/json.ts';
import { waitUntil } from '../redis/wait-until.ts';
import { type CliProcess, emptyDirectory, redstep, startServer } from './cli-process.ts';
import { FunctionFolder } from './function-folder.ts';

const REGION = 'us-east-1';
const ACCOUNT = '123456789012';
const RESOURCE = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:`;
const END_MS_MAX = 60_000;

const work = { Type: 'Task', Resource: `${RESOURCE}work`, End: true };
const only = (name: string, state: object): object => ({ StartAt: name, States: { [name]: state } });

/** What each comes to when all is let go on. */
const MACHINES: { readonly [name: string]: { readonly definition: object; readonly end: string } } = {
  hour: { definition: only('Wait', { Type: 'Wait', Seconds: 3_600, End: true }), end: 'ABORTED' },
  soon: { definition: only('Wait', { Type: 'Wait', Seconds: 8, End: true }), end: 'SUCCEEDED' },
  task: { definition: only('Task', work), end: 'SUCCEEDED' },
  token: {
    definition: only('Ask', {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Parameters: { FunctionName: 'keep', Payload: { 'token.$': '$$.Task.Token' } },
      End: true,
    }),
    end: 'SUCCEEDED',
  },
  parallel: {
    definition: only('Both', {
      Type: 'Parallel',
      Branches: [
        only('Work', work),
        {
          StartAt: 'Quick',
          States: { Quick: { Type: 'Task', Resource: `${RESOURCE}quick`, Next: 'Then' }, Then: work },
        },
      ],
      End: true,
    }),
    end: 'SUCCEEDED',
  },
  map: {
    definition: only('Each', {
      Type: 'Map',
      MaxConcurrency: 2,
      ItemsPath: '$.items',
      ItemProcessor: only('Work', work),
      End: true,
    }),
    end: 'SUCCEEDED',
  },
  retry: {
    definition: only('Try', {
      Type: 'Task',
      Resource: `${RESOURCE}flaky`,
      Parameters: { 'retries.$': '$$.State.RetryCount' },
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 8, MaxAttempts: 1 }],
      End: true,
    }),
    end: 'SUCCEEDED',
  },
  passed: { definition: only('Pass', { Type: 'Pass', End: true }), end: 'SUCCEEDED' },
  failed: { definition: only('Fail', { Type: 'Fail', Error: 'Known', Cause: 'by design' }), end: 'FAILED' },
};
const EXPRESS = 'express';
/** Of one set of executions: calls that wait or have failed once all that can go on has, and those of `work` in all. */
const CALLS = { task: 1, token: 1, parallel: 2, map: 2, retry: 1 };
const WORK_IN_ALL = 1 + 2 + 4;

/** Where a deployment is: options of `redstep start`, and the same for `export` and `import`. */
export interface Place {
  readonly start: readonly string[];
  readonly place: readonly string[];
  readonly import?: readonly string[];
}

export function inDirectory(): Place {
  const data = join(emptyDirectory(), 'data');
  return { start: ['--data', data], place: ['--data', data] };
}

export function onRedis(url: string, keyPrefix: string, partitions: number): Place {
  const place = ['--redis', url, '--redis-prefix', keyPrefix];
  const count = ['--partitions', String(partitions)];
  return { start: [...place, ...count, '--lease-term', '2s', '--drain-timeout', '100ms'], place, import: count };
}

/** Executions of every kind, half of them with spread fan-outs, which move from place to place while they are under way. */
export class MovingDeployment {
  readonly #functions = new FunctionFolder({
    work: "note('work ' + context.taskToken); await until('go on'); note('done ' + context.taskToken); return 1",
    quick: 'return event',
    keep: "note('token ' + event.token); return {}",
    flaky: "note('flaky ' + context.taskToken); if (event.retries === 0) throw new Error('not yet'); return 1",
  });
  /** By ARN: what a client has read of its history. */
  readonly #histories: Map<string, readonly Json[]> = new Map();
  #server: CliProcess | undefined;
  #client = new Client(new HttpApi('http://127.0.0.1:1'), REGION);
  /** By ARN. */
  readonly #ends: Map<string, string> = new Map();

  async start({ start }: Place, more: readonly string[] = []): Promise<void> {
    const args = [...start, '--functions', this.#functions.path, ...more];
    const { server, endpoint } = await startServer('start', args, emptyDirectory());
    onTestFinished(() => void server.child.kill('SIGKILL'));
    this.#server = server;
    this.#client = new Client(new HttpApi(endpoint), REGION);
    await waitUntil('it takes calls', () =>
      this.#client.call('ListStateMachines', {}).then(
        () => true,
        () => false,
      ),
    );
  }

  async stop(signal: NodeJS.Signals): Promise<void> {
    await this.#server?.kill(signal);
  }

  /** Begins all kinds on a new deployment, and has a client read their histories once none of them can go on. */
  async populate(place: Place): Promise<void> {
    await this.start(place, ['--placement', 'local']);
    for (const [name, { definition }] of Object.entries(MACHINES)) await this.#create(name, 'STANDARD', definition);
    await this.#create(EXPRESS, 'EXPRESS', only('Work', work));
    await this.#begin('local');
    await this.#calledAll('local');
    await this.stop('SIGKILL');
    await this.start(place, ['--placement', 'spread']);
    await this.#begin('spread');
    await this.#calledAll('spread');
    const machine = stateMachineArn(REGION, ACCOUNT, 'passed');
    await this.#client.call('DeleteStateMachine', { stateMachineArn: machine });
    for (const arn of this.#ends.keys()) this.#histories.set(arn, await this.#history(arn));
  }

  async #calledAll(name: string): Promise<void> {
    const calls = Object.values(CALLS).reduce((sum, each) => sum + each, 0);
    await waitUntil(`all of ${name} that can go on has`, () => this.#attempts(`:${name}`).size >= calls);
    await waitUntil('Express executions run', () => this.#attempts(':express:').size >= 1);
  }

  /** Attempts of executions whose ARN has this text: each once, however often it was called. `what`: only of these words. */
  #attempts(text: string, what = /^(?:work|token|flaky)$/): ReadonlySet<string> {
    const found = new Set<string>();
    for (const line of this.#functions.ledger()) {
      const [word = '', token = ''] = line.split(' ');
      if (what.test(word) && parseTaskToken(token)?.executionArn.includes(text) === true) found.add(token);
    }
    return found;
  }

  async #create(name: string, type: string, definition: object): Promise<void> {
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/redstep`;
    await this.#client.call('CreateStateMachine', { name, type, definition: JSON.stringify(definition), roleArn });
  }

  async #begin(name: string): Promise<void> {
    const input = JSON.stringify({ items: [1, 2, 3, 4] });
    for (const [machine, { end }] of Object.entries(MACHINES)) {
      const arn = stateMachineArn(REGION, ACCOUNT, machine);
      await this.#client.call('StartExecution', { stateMachineArn: arn, name, input });
      this.#ends.set(executionArn(arn, name, false), end);
    }
    await this.#client.call('StartExecution', { stateMachineArn: stateMachineArn(REGION, ACCOUNT, EXPRESS), input });
  }

  async #history(arn: string): Promise<readonly Json[]> {
    const { events } = await this.#client.call('GetExecutionHistory', { executionArn: arn, maxResults: 1_000 });
    return Array.isArray(events) ? events : [];
  }

  /** Exports from one place and imports into another, both by the command line. Nothing runs there. */
  async move(from: Place, to: Place): Promise<void> {
    const file = join(emptyDirectory(), 'archive');
    // The leases of a node that was killed are over in seconds.
    await waitUntil('the export', async () => (await redstep(['export', file, ...from.place])).code === 0);
    const { code, stderr } = await redstep(['import', file, ...to.place, ...(to.import ?? [])]);
    expect(code, stderr).toBe(0);
  }

  /** What a client has read of histories stands as it was, event for event. */
  async expectHistories(): Promise<void> {
    for (const [arn, before] of this.#histories) {
      const now = await this.#history(arn);
      expect(JSON.stringify(now.slice(0, before.length)), arn).toBe(JSON.stringify(before));
    }
  }

  /** Lets everything go on, and waits until all has ended as it should. */
  async finish(): Promise<void> {
    for (const taskToken of this.#attempts('', /^token$/))
      await this.#client.call('SendTaskSuccess', { taskToken, output: '"answered"' });
    for (const [arn, end] of this.#ends)
      if (end === 'ABORTED') await this.#client.call('StopExecution', { executionArn: arn });
    this.#functions.signal('go on');
    const statuses = new Map<string, Json>();
    const ask = async (arn: string): Promise<void> => {
      const { status = null } = await this.#client.call('DescribeExecution', { executionArn: arn });
      statuses.set(arn, status);
    };
    const hasEnded = async (): Promise<boolean> => {
      await Promise.all([...this.#ends.keys()].map(ask));
      return ![...statuses.values()].includes('RUNNING');
    };
    await waitUntil('all have ended', hasEnded, END_MS_MAX);
    expect(statuses).toEqual(this.#ends);
    await waitUntil('all work is done', () => this.#attempts('', /^done$/).size >= 2 * WORK_IN_ALL + 2);
    expect(this.#attempts(':express:', /^done$/).size).toBe(2);
  }
}
