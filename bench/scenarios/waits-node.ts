import { setImmediate } from 'node:timers/promises';
import { createApp } from '../../app.ts';
import { stateMachineArn } from '../../core/arn.ts';
import type { StateMachine } from '../../runtime/ports/state-machine.ts';

/** The node of the scenario waits: opens waits as it is told, or wakes those that an earlier one has left. */

export interface WaitsNodeSetup {
  readonly directory: string;
  /** Waits that the earlier node has left to fall due, one a millisecond from `fromMs`; 0: none. */
  readonly count: number;
  readonly fromMs: number;
}

export type ToWaitsNode =
  /** Opens waits that fall due one a millisecond. */
  { readonly type: 'open'; readonly count: number; readonly fromMs: number } | { readonly type: 'count' };

export type FromWaitsNode =
  /** A StartExecution has been answered. */
  | { readonly type: 'answered' }
  | { readonly type: 'opened' }
  /** All waits left to fall due have ended. */
  | { readonly type: 'ended' }
  /** Executions in the listing, and how late the latest end was. */
  | { readonly type: 'counted'; readonly succeeded: number; readonly running: number; readonly latestMs: number };

const STARTS_IN_FLIGHT = 256;
const ACCOUNT = '123456789012';
const INPUT_BYTES = 1_024;
const PAGE = 1_000;

const setup: WaitsNodeSetup = JSON.parse(process.argv[2] ?? '{}');
const app = await createApp({ dataDir: setup.directory, durability: 'fsync' });
const { engine } = app;
void app.failed.then((error) => {
  throw error;
});

const arn = stateMachineArn('us-east-1', ACCOUNT, 'waits');
const definition = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', TimestampPath: '$.due', End: true } } };
const machine: StateMachine =
  engine.machines.get(arn) ??
  (await engine.machines.create({
    arn,
    name: 'waits',
    type: 'STANDARD',
    definition: JSON.stringify(definition),
    roleArn: `arn:aws:iam::${ACCOUNT}:role/bench`,
    configuration: {},
  }));

async function startWait(dueMs: number): Promise<void> {
  const due = new Date(dueMs).toISOString();
  const input = JSON.stringify({ due, text: 'x'.repeat(INPUT_BYTES - 50) });
  await engine.startExecution({ machine, name: undefined, input, traceHeader: undefined });
}

async function open(count: number, fromMs: number): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await startWait(fromMs + next++);
  };
  await Promise.all(Array.from({ length: STARTS_IN_FLIGHT }, lane));
  send({ type: 'opened' });
}

async function countAll(): Promise<void> {
  const count = async (status: 'SUCCEEDED' | 'RUNNING'): Promise<number> => {
    let found = 0;
    for (let after: { startMs: number; executionArn: string } | undefined; ; ) {
      const page = await engine.listExecutions(arn, { status, limit: PAGE, after });
      found += page.length;
      await setImmediate(); // others have their turn between pages
      after = page.at(-1);
      if (after === undefined) return found;
    }
  };
  send({ type: 'counted', succeeded: await count('SUCCEEDED'), running: await count('RUNNING'), latestMs });
}

function send(message: FromWaitsNode): void {
  process.send?.(message);
}

let ended = 0;
let latestMs = 0;
engine.subscribe(({ status }) => {
  if (status !== 'SUCCEEDED' || setup.count === 0) return;
  latestMs = Math.max(latestMs, Date.now() - (setup.fromMs + ended));
  if (++ended === setup.count) send({ type: 'ended' });
});
process.on('message', (message: ToWaitsNode) => {
  void (message.type === 'open' ? open(message.count, message.fromMs) : countAll());
});
process.once('disconnect', () => process.exit());
await startWait(Date.now() + 24 * 3_600_000);
send({ type: 'answered' });
