import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import {
  BEAT,
  beatMs,
  ENTERED,
  LAST,
  LOOKS,
  RUNNING,
  type WatchdogData,
  type WatchdogMessage,
} from './watchdog-protocol.ts';

const { shared, blockedMs, stderr }: WatchdogData = workerData;
const names = new Map<number, string>();
let beat = -1;
let misses = 0;
let entered = 0;

parentPort?.on('message', (message: WatchdogMessage) => {
  if (message.type === 'named') names.set(message.number, message.functionName);
});

setInterval(() => {
  const now = Atomics.load(shared, BEAT);
  misses = now === beat ? misses + 1 : 0;
  beat = now;
  if (misses === 1) entered = Atomics.load(shared, ENTERED);
  if (misses === LOOKS) report();
}, beatMs(blockedMs));

/** Once for each standstill: at once to standard error, and to the log for when it can run again. */
function report(): void {
  const oneCall = Atomics.load(shared, ENTERED) === entered;
  const running = oneCall ? Atomics.load(shared, RUNNING) : 0;
  const last = Atomics.load(shared, LAST);
  const message: WatchdogMessage = { type: 'blocked', running, last, blockedMs };
  parentPort?.postMessage(message);
  writeSync(stderr, `redstep: ${culprit(running, last)} has blocked this node for ${blockedMs} ms\n`);
}

function culprit(running: number, last: number): string {
  if (running !== 0) return `function ${names.get(running)}`;
  const called = names.get(last);
  return called === undefined ? 'something' : `something (last function called: ${called})`;
}
