import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { memoryMib } from '../proc.ts';
import type { Figures } from '../result.ts';
import { inRunDirectory } from '../run-directory.ts';
import type { FromWaitsNode, WaitsNodeSetup } from './waits-node.ts';

/** Waits that fall due around the restart; the others are hours away. */
const DUE_SOON = 10_000;
/** They fall due one a millisecond, the first one this long after their starts begin. */
const DUE_SOON_AFTER_MS = 10_000;
const FAR_MS = 6 * 3_600_000;
/** How long the node lies dead. */
const DEAD_MS = 2_000;
const ENDED_WITHIN_MS = 60_000;

/**
 * Opens waits of distinct due times and 1 KB of input each, looks at the node's memory, kills it (-9) when the last
 * start is answered, starts it again while some of the waits are overdue, and sees all that are due end.
 */
export function measureWaits(waits: number, parentDirectory: string): Promise<Figures> {
  return inRunDirectory(parentDirectory, (directory) => measure(waits, directory));
}

async function measure(waits: number, directory: string): Promise<Figures> {
  const first = startNode({ directory, count: 0, fromMs: 0 });
  await first.told('answered');
  const startedAt = performance.now();
  first.open(waits - DUE_SOON, Date.now() + FAR_MS);
  let peakMib = 0;
  const watch = setInterval(() => {
    peakMib = Math.max(peakMib, memoryMib(first.pid, 'RssAnon'));
  }, 200);
  await first.told('opened');
  const openSeconds = (performance.now() - startedAt) / 1e3;
  await sleep(5_000);
  clearInterval(watch);
  const restMib = memoryMib(first.pid, 'RssAnon');
  const dueMs = Date.now() + DUE_SOON_AFTER_MS;
  first.open(DUE_SOON, dueMs);
  await first.told('opened');
  await first.kill();

  await sleep(Math.max(0, dueMs + DEAD_MS - Date.now()));
  const overdue = Math.min(DUE_SOON, Date.now() - dueMs);
  const restartedAt = performance.now();
  const second = startNode({ directory, count: DUE_SOON, fromMs: dueMs });
  await second.told('answered');
  const answeredSeconds = (performance.now() - restartedAt) / 1e3;
  const allEnded = await Promise.race([second.told('ended').then(() => true), sleep(ENDED_WITHIN_MS, false)]);
  const endedSeconds = (Date.now() - dueMs) / 1e3;
  const restartMib = memoryMib(second.pid, 'RssAnon');
  second.report();
  const { succeeded, running, latestMs } = await second.told('counted');
  await second.kill();
  return {
    'open waits': waits,
    'seconds to open them': openSeconds,
    'RssAnon MiB, at most while they were opened': peakMib,
    'RssAnon MiB, at rest': restMib,
    'overdue at restart': overdue,
    'seconds from restart to the first answered StartExecution': answeredSeconds,
    'of the due waits ended': allEnded ? DUE_SOON : succeeded,
    'seconds from the first due time to the last end': endedSeconds,
    'latest end after its due time, ms': latestMs,
    'still open': running,
    'RssAnon MiB after restart': restartMib,
  };
}

interface Node {
  readonly pid: number;
  open(count: number, fromMs: number): void;
  report(): void;
  told<Type extends FromWaitsNode['type']>(type: Type): Promise<Extract<FromWaitsNode, { type: Type }>>;
  kill(): Promise<void>;
}

function startNode(setup: WaitsNodeSetup): Node {
  const child: ChildProcess = fork(new URL('waits-node.js', import.meta.url), [JSON.stringify(setup)]);
  const exited = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    open: (count, fromMs) => void child.send({ type: 'open', count, fromMs }),
    report: () => void child.send({ type: 'count' }),
    told: (type) =>
      new Promise((resolve, reject) => {
        const listen = (message: FromWaitsNode): void => {
          if (message.type !== type) return;
          child.off('message', listen);
          resolve(message as Extract<FromWaitsNode, { type: typeof type }>); // compared the line above
        };
        child.on('message', listen);
        void exited.then(([code, signal]) => reject(new WaitsNodeEnded(`the node ended: ${code ?? signal}`)));
      }),
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

class WaitsNodeEnded extends Error {
  override readonly name = 'WaitsNodeEnded';
}
