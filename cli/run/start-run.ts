import type { App } from '../../app.ts';
import { assert } from '../../core/assert.ts';
import { CliError } from '../cli-error.ts';
import { ApiError } from '../client.ts';
import { clientOfApp, deploy } from '../deploy.ts';
import { newRunDirectory, removeRunDirectory } from '../run-directory.ts';
import type { RunSession } from './run-session.ts';

export interface NewRun {
  /** JSON text. */
  readonly input: string;
  readonly name: string;
  /** Undefined: a directory of its own, until it ends. */
  readonly dataDir: string | undefined;
}

/** Starts an execution and shows it until its end. */
export async function startRun(session: RunSession, { input, name, dataDir }: NewRun): Promise<void> {
  const { file } = session;
  if (file.type === 'EXPRESS') return runExpress(session, await session.open(undefined), input, name);
  const directory = dataDir ?? newRunDirectory(file.path);
  const app = await session.open(directory);
  const { stateMachineArn } = await deploy(app, file);
  const start = clientOfApp(app).call('StartExecution', { stateMachineArn, name, input });
  const { executionArn } = await start.catch((error) => {
    if (!(error instanceof ApiError) || error.code !== 'ExecutionAlreadyExists') throw error;
    throw new CliError(
      `${directory} has an execution named ${name} already`,
      'Choose another --name, or go on with one that has not ended: --resume.',
    );
  });
  const resume = `redstep run ${file.path}${dataDir === undefined ? '' : ` --data ${dataDir}`} --resume`;
  const summary = await session.follow(app, String(executionArn), `To go on with it: ${resume}`);
  session.conclude(summary);
  await app.stop();
  if (dataDir === undefined) await removeRunDirectory(directory);
}

async function runExpress(session: RunSession, app: App, input: string, name: string): Promise<void> {
  const { stateMachineArn } = await deploy(app, session.file);
  const machine = await app.engine.machines.find(stateMachineArn);
  assert(machine !== undefined, 'a machine that was deployed is there');
  let told = 0;
  const summary = await app.engine.startSyncExecution({ machine, name, input, traceHeader: undefined }, (history) => {
    for (const event of history.slice(told)) session.tell(event);
    told = history.length;
  });
  session.conclude(summary);
}
