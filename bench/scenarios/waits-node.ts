import { setImmediate } from 'node:timers/promises';
import { createApp } from '../../app.ts';
import { openWaits, waitingMachine } from '../open-waits.ts';

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

const INPUT_BYTES = 1_024;
const PAGE = 1_000;

const setup: WaitsNodeSetup = JSON.parse(process.argv[2] ?? '{}');
const app = await createApp({ dataDir: setup.directory, durability: 'fsync' });
const { engine } = app;
void app.failed.then((error) => {
  throw error;
});

const machine = await waitingMachine(engine);

async function open(count: number, fromMs: number): Promise<void> {
  await openWaits(engine, machine, { count, fromMs, inputBytes: INPUT_BYTES });
  send({ type: 'opened' });
}

async function countAll(): Promise<void> {
  const count = async (status: 'SUCCEEDED' | 'RUNNING'): Promise<number> => {
    let found = 0;
    for (let after: { startMs: number; executionArn: string } | undefined; ; ) {
      const page = await engine.listExecutions(machine.arn, { status, limit: PAGE, after });
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
await openWaits(engine, machine, { count: 1, fromMs: Date.now() + 24 * 3_600_000, inputBytes: INPUT_BYTES });
send({ type: 'answered' });
