import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Load, Measurement } from '../measurement.ts';
import type { Session } from './target.ts';

/**
 * A process that drives load: the parent's side and its own. The parent sends loads, the driver answers measurements;
 * it ends when the parent disconnects.
 */

type Answer =
  | { readonly type: 'ready' }
  | { readonly type: 'measured'; readonly measurement: Measurement }
  | { readonly type: 'failed'; readonly reason: string };

export interface DriverOptions {
  /** Given to the driver as its only argument. */
  readonly setup: object;
  readonly profileDir?: string | undefined;
}

/** Starts `module` in a process of its own; resolves when it is ready. */
export async function startDriver(module: URL, { setup, profileDir }: DriverOptions): Promise<Session> {
  const execArgv = [...process.execArgv];
  if (profileDir !== undefined) execArgv.push('--cpu-prof', `--cpu-prof-dir=${profileDir}`);
  const child = fork(module, [JSON.stringify(setup)], { execArgv });
  const exited = once(child, 'exit');
  const answer = async (): Promise<Answer> => {
    const [message] = await Promise.race([
      once(child, 'message'),
      exited.then(([code, signal]) => [{ type: 'failed', reason: `the driver ended: ${code ?? signal}` }]),
    ]);
    return message as Answer; // serveLoads sends nothing else
  };
  const ready = await answer();
  if (ready.type === 'failed') throw new DriverFailed(ready.reason);
  return {
    measure: async (load) => {
      child.send(load);
      const answered = await answer();
      if (answered.type === 'measured') return answered.measurement;
      throw new DriverFailed(answered.type === 'failed' ? answered.reason : answered.type);
    },
    close: async () => {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

export class DriverFailed extends Error {
  override readonly name = 'DriverFailed';
}

/** What the parent gave as `setup`. */
export function driverSetup<Setup>(): Setup {
  return JSON.parse(process.argv[2] ?? '{}') as Setup; // the parent is our own code
}

/** The driver's side: answers each load, and ends with the parent. */
export function serveLoads(measure: (load: Load) => Promise<Measurement>, close: () => Promise<void>): void {
  const send = (answer: Answer): void => void process.send?.(answer);
  process.on('message', (load: Load) => {
    measure(load).then(
      (measurement) => send({ type: 'measured', measurement }),
      (error) =>
        send({ type: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.once('disconnect', () => void close().finally(() => process.exit()));
  send({ type: 'ready' });
}
