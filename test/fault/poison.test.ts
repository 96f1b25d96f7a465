import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { openLmdbStore } from '../../runtime/stores/lmdb/lmdb-store.ts';
import { buildCli } from '../integration/cli-process.ts';
import { type FaultNode, FaultNodes } from './fault-node.ts';

/** Deaths after which an execution is given up, as a process has it by default. */
const CRASHES_MAX = 3;
/** Longer than a process lives in which a poison is at work, so that it cannot end there. */
const SLOW_MS = 1_500;
const END_MS_MAX = 120_000;

const lambda = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const DEADLY = { StartAt: 'Kill', States: { Kill: { Type: 'Task', Resource: lambda('deadly'), End: true } } };
const STEPS = {
  StartAt: 'A',
  States: {
    A: { Type: 'Task', Resource: lambda('step'), Next: 'B' },
    B: { Type: 'Task', Resource: lambda('step'), End: true },
  },
};

beforeAll(buildCli);

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of teardown.splice(0).reverse()) await undo();
});

/** A process that is started again whenever it has died. */
class Restarted {
  readonly dataDir: string;
  deaths = 0;
  readonly #nodes: FaultNodes;
  #node: FaultNode | undefined;

  constructor() {
    const directory = mkdtempSync(join(tmpdir(), 'redstep-poison-'));
    this.dataDir = join(directory, 'data');
    this.#nodes = new FaultNodes(this.dataDir, join(directory, 'ledger'));
    teardown.push(
      () => rmSync(directory, { recursive: true, force: true }),
      () => this.#nodes.stop(),
      () => this.#node?.kill(),
    );
  }

  async node(): Promise<FaultNode> {
    while (this.#node?.alive !== true) {
      if (this.#node !== undefined) this.deaths++;
      this.#node = await this.#nodes.next();
    }
    return this.#node;
  }

  async create(name: string, definition: object, machineType: 'STANDARD' | 'EXPRESS' = 'STANDARD'): Promise<void> {
    await (await this.node()).ask({ type: 'create', name, machineType, definition: JSON.stringify(definition) });
  }

  /** Resolves when the start has been accepted, by whichever process. */
  async start(machine: string, input: object): Promise<string> {
    const name = `${machine}-${JSON.stringify(input).replaceAll(/\W+/g, '-')}`;
    for (;;) {
      const node = await this.node();
      const arn = await node.ask({ type: 'start', machine, name, input: JSON.stringify(input) });
      if (typeof arn === 'string') return arn;
    }
  }

  /** The status of an execution in the end, however often the process dies until then. */
  async ended(executionArn: string): Promise<unknown> {
    let status: unknown;
    await expect
      .poll(
        async () => {
          status = await (await this.node()).ask({ type: 'status', executionArn });
          return status !== undefined && status !== 'RUNNING';
        },
        { timeout: END_MS_MAX, interval: 100, message: executionArn },
      )
      .toBe(true);
    return status;
  }

  async stop(): Promise<void> {
    await (await this.node()).stop();
  }
}

test('an execution whose function kills the process is given up; those beside it end well', async () => {
  const restarted = new Restarted();
  await restarted.create('steps', STEPS);
  await restarted.create('deadly', DEADLY);
  const slow = await restarted.start('steps', { ms: SLOW_MS, count: 0 });

  const poison = await restarted.start('deadly', { kills: 'abort', ms: 0, count: 0 });
  const quick = await restarted.start('steps', { ms: 10, count: 0 });

  expect(await restarted.ended(poison)).toBe('FAILED');
  expect(await restarted.ended(slow)).toBe('SUCCEEDED');
  expect(await restarted.ended(quick)).toBe('SUCCEEDED');
  expect(restarted.deaths).toBe(CRASHES_MAX + 1);
});

test('a process that has given up its poison stays alive, also when it is started again', async () => {
  const restarted = new Restarted();
  await restarted.create('deadly', DEADLY);
  await restarted.create('steps', STEPS);
  await restarted.ended(await restarted.start('deadly', { kills: 'exit', ms: 0, count: 0 }));
  const { deaths } = restarted;

  await (await restarted.node()).kill();
  const after = await restarted.start('steps', { ms: 10, count: 0 });

  expect(await restarted.ended(after)).toBe('SUCCEEDED');
  expect(restarted.deaths).toBe(deaths + 1);
});

test('an Express execution that kills the process becomes a dead letter', async () => {
  const restarted = new Restarted();
  await restarted.create('express', DEADLY, 'EXPRESS');
  await restarted.create('steps', STEPS);

  await (await restarted.node()).ask({ type: 'start', machine: 'express', name: undefined, input: '{"kills":"exit"}' });
  for (let node = await restarted.node(); restarted.deaths <= CRASHES_MAX; node = await restarted.node())
    await node.ended;
  const beside = await restarted.start('steps', { ms: 10, count: 0 });
  expect(await restarted.ended(beside)).toBe('SUCCEEDED');
  await restarted.stop();

  const store = openLmdbStore({ directory: restarted.dataDir, durability: 'fsync' });
  teardown.push(() => store.close());
  const page = { limit: 10, after: undefined };
  expect(await store.readRecords({ partition: 0, prefix: 'express-dead/', ...page })).toHaveLength(1);
  expect(await store.readRecords({ partition: 0, prefix: 'express/', ...page })).toEqual([]);
});
