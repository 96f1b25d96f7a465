import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { Dice } from '../../cli/chaos/dice.ts';
import { LEDGER_VARIABLE, Ledger } from '../../cli/chaos/ledger.ts';
import { inspectExecutions } from '../../cli/chaos/storm-inspection.ts';
import { STORM_MACHINES, stormInput } from '../../cli/chaos/storm-machines.ts';
import { Client } from '../../cli/client.ts';
import { HttpApi } from '../../cli/http-api.ts';
import { stateMachineArn } from '../../core/arn.ts';
import { buildCli, CliProcess, emptyDirectory, ROOT, redstep } from '../integration/cli-process.ts';
import { RedisServer } from '../redis/redis-server.ts';
import { waitUntil } from '../redis/wait-until.ts';

const CLIENTS = 8;
/** Between two starts of a client. */
const PAUSE_MS_MAX = 30;
const ACCEPTED_BEFORE = 200;
const END_MS_MAX = 60_000;
const seed = Number(process.env.REDSTEP_SEED ?? randomInt(2 ** 31));

beforeAll(buildCli);

interface Server {
  readonly process: CliProcess;
  readonly endpoint: string;
  readonly call: Client['call'];
}

async function start(data: string, ledger: string): Promise<Server> {
  const functions = join(ROOT, 'dist/cli/chaos/functions');
  const args = ['start', '--port', '0', '--data', data, '--functions', functions];
  const server = new CliProcess(args, emptyDirectory(), { [LEDGER_VARIABLE]: ledger });
  onTestFinished(() => void server.child.kill('SIGKILL'));
  const [, endpoint = ''] = await server.says(/listens on (\S+)\n/);
  const client = new Client(new HttpApi(endpoint), 'us-east-1');
  return { process: server, endpoint, call: (action, input) => client.call(action, input) };
}

/** Starts executions, one after the other, until it is told to stop. */
async function load({ call }: Server, dice: Dice, accepted: Map<string, string>, isOver: () => boolean): Promise<void> {
  const names = Object.keys(STORM_MACHINES);
  while (!isOver()) {
    const machine = names[dice.below(names.length)] ?? '';
    const input = JSON.stringify(stormInput(dice.chance(0.3) ? dice.below(60) : 0));
    const arn = stateMachineArn('us-east-1', '123456789012', machine);
    const answer = await call('StartExecution', { stateMachineArn: arn, input });
    accepted.set(String(answer.executionArn), machine);
    await delay(dice.below(PAUSE_MS_MAX));
  }
}

test(`what was accepted before a backup began is in it, and ends on the copy (seed ${seed})`, async () => {
  const ledger = join(emptyDirectory(), 'ledger');
  writeFileSync(ledger, '');
  const server = await start(join(emptyDirectory(), 'data'), ledger);
  const roleArn = 'arn:aws:iam::123456789012:role/redstep';
  for (const [name, { definition }] of Object.entries(STORM_MACHINES))
    await server.call('CreateStateMachine', { name, definition: JSON.stringify(definition), roleArn });
  const dice = new Dice(seed);
  const accepted = new Map<string, string>();
  let over = false;
  const clients = Promise.all(Array.from({ length: CLIENTS }, () => load(server, dice, accepted, () => over)));
  await waitUntil('there is something to copy', () => accepted.size >= ACCEPTED_BEFORE);
  const before = new Map(accepted);
  const copy = join(emptyDirectory(), 'copy');

  const { code, stderr } = await redstep(['backup', copy, '--endpoint', server.endpoint]);
  const during = accepted.size;
  await waitUntil('it goes on', () => accepted.size > during);
  over = true;
  await clients;
  await server.process.kill('SIGKILL');
  const restored = await start(copy, ledger);

  expect(code, stderr).toBe(0);
  expect(during).toBeGreaterThan(before.size);
  const isRunning = async (name: string): Promise<boolean> => {
    const arn = stateMachineArn('us-east-1', '123456789012', name);
    const query = { stateMachineArn: arn, statusFilter: 'RUNNING', maxResults: 1 };
    const { executions } = await restored.call('ListExecutions', query);
    return Array.isArray(executions) && executions.length > 0;
  };
  for (const name of Object.keys(STORM_MACHINES))
    await waitUntil(`all of ${name} have ended`, async () => !(await isRunning(name)), END_MS_MAX);
  expect(await inspectExecutions(restored.call, before, Ledger.read(ledger))).toEqual([]);
});

test('a server on Redis makes no copies, and says what does', async () => {
  const redis = await RedisServer.start();
  onTestFinished(() => redis.stop());
  const server = new CliProcess(['start', '--port', '0', '--redis', redis.url], emptyDirectory());
  onTestFinished(() => void server.child.kill('SIGKILL'));
  const [, endpoint = ''] = await server.says(/listens on (\S+)\n/);

  const { code, stderr } = await redstep(['backup', join(emptyDirectory(), 'copy'), '--endpoint', endpoint]);

  expect(code).toBe(1);
  expect(stderr).toMatch(/BGSAVE.*redstep export/);
});
