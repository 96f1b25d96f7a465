import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { EventLoopWatchdog } from '../../../../workers/functions/event-loop-watchdog.ts';
import type { WorkerLogEvent } from '../../../../workers/worker-log.ts';
import { functionsFolder } from '../worker-fixture.ts';

const BLOCKED_MS = 50;

async function start() {
  const folder = await functionsFolder({});
  const file = join(folder, 'stderr');
  const stderr = openSync(file, 'a+');
  let logged: (event: WorkerLogEvent) => void = () => undefined;
  const event = new Promise<WorkerLogEvent>((resolve) => {
    logged = resolve;
  });
  const watchdog = new EventLoopWatchdog({ blockedMs: BLOCKED_MS, stderr, log: (e) => logged(e) });
  watchdog.start();
  onTestFinished(async () => {
    await watchdog.stop();
    closeSync(stderr);
  });
  return { watchdog, event, written: () => readFileSync(file, 'utf8') };
}

/** Blocks this thread until the watchdog has written, which it can do meanwhile. */
function blockUntil(written: () => string): void {
  const giveUpMs = Date.now() + 20_000;
  while (written() === '' && Date.now() < giveUpMs);
}

it('names the function that blocks the event loop while it does', async () => {
  const { watchdog, written } = await start();
  watchdog.enter('greedy');
  blockUntil(written);
  watchdog.leave();
  expect(written()).toBe(`redstep: function greedy has blocked this node for ${BLOCKED_MS} ms\n`);
});

it('logs the standstill when it is over', async () => {
  const { watchdog, event, written } = await start();
  watchdog.enter('greedy');
  blockUntil(written);
  watchdog.leave();
  expect(await event).toEqual({
    type: 'EventLoopBlocked',
    functionName: 'greedy',
    lastFunctionName: 'greedy',
    blockedMs: BLOCKED_MS,
  });
});

it('blames no function for what blocks after it has returned, but names the last', async () => {
  const { watchdog, event, written } = await start();
  watchdog.enter('gentle');
  watchdog.leave();
  blockUntil(written);
  expect(await event).toMatchObject({ functionName: undefined, lastFunctionName: 'gentle' });
});

it('blames no function for many short calls', async () => {
  const { watchdog, event, written } = await start();
  const giveUpMs = Date.now() + 20_000;
  while (written() === '' && Date.now() < giveUpMs) {
    watchdog.enter('short');
    watchdog.leave();
  }
  expect(await event).toMatchObject({ functionName: undefined, lastFunctionName: 'short' });
});
