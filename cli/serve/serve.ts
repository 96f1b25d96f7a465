import type { App, AppEvents } from '../../app.ts';
import type { Config } from '../../config.ts';
import { EXIT_FAILED } from '../cli-error.ts';
import { openApp } from '../open-app.ts';
import { note, print } from '../output.ts';
import { guardProcess } from '../process-guard.ts';
import { describeWorkerEvent } from '../worker-notes.ts';

export interface Serving {
  readonly config: Partial<Config>;
  /** Runs once the app is up, before it is said where it listens. @returns how to undo it. */
  readonly prepare: (app: App) => Promise<() => void>;
}

/** Serves until the process is told to stop, or cannot go on. Never returns before. */
export async function serve({ config, prepare }: Serving): Promise<void> {
  guardProcess(config.functionsDir);
  const app = await openApp(config, LOG);
  let undo: () => void;
  try {
    undo = await prepare(app);
  } catch (error) {
    await app.stop();
    throw error;
  }
  announce(app);
  const code = await Promise.race([stopSignal(), lost(app)]);
  undo();
  await app.stop().catch((error) => note(`closing failed: ${String(error)}`));
  process.exit(code);
}

const LOG: AppEvents = {
  log: (level, text) => note(`${level}: ${text}`),
  worker: (event) => note(`${event.type === 'FunctionChanged' ? 'info' : 'warn'}: ${describeWorkerEvent(event)}`),
};

function announce({ address, config, workers, engine }: App): void {
  if (address === undefined) return;
  const { host, port } = address;
  const names = workers.functionNames();
  print(`redstep listens on http://${host.includes(':') ? `[${host}]` : host}:${port}`);
  const inRedis = config.redis && `in Redis, with other nodes: ${config.redis.url.replace(/\/\/[^@/]*@/, '//')}`;
  note(`  data       ${inRedis ?? config.dataDir ?? 'in memory: gone with this process'}`);
  note(
    `  functions  ${config.functionsDir === undefined ? 'none: give a folder with --functions' : `${config.functionsDir} (${names.join(', ') || 'empty'})`}`,
  );
  // Among others only the node that keeps them knows them all.
  if (engine.node.shared) return;
  note(
    `  machines   ${
      engine.machines
        .list()
        .map(({ name }) => name)
        .join(', ') || 'none yet'
    }`,
  );
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
function stopSignal(): Promise<number> {
  return new Promise((resolve) => {
    let stopping = false;
    const stop = (): void => {
      if (stopping) process.exit(EXIT_FAILED);
      stopping = true;
      note('stopping: what is durable goes on at the next start');
      resolve(0);
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}

async function lost(app: App): Promise<number> {
  const reason = await app.failed;
  note(`error: the store failed, and nothing can go on: ${reason.message}`);
  note('What was durable is kept: start again when the cause is gone.');
  return EXIT_FAILED;
}
