import type { App } from '../../app.ts';
import { CliError } from '../cli-error.ts';
import { DirectoryInUse } from '../open-app.ts';
import { openRunDirectories, removeRunDirectory } from '../run-directory.ts';
import type { RunSession } from './run-session.ts';

/** Goes on with the newest execution that an earlier run left, and shows it from its beginning. */
export async function resumeRun(session: RunSession, dataDir: string | undefined): Promise<void> {
  if (dataDir !== undefined) {
    const app = await session.open(dataDir);
    const arn = await findExecution(app, session.file.name, 'RUNNING');
    if (arn === undefined)
      throw new CliError(
        `${dataDir} has no execution of ${session.file.name} that has not ended`,
        'Leave --resume out to start one.',
      );
    session.conclude(
      await session.follow(app, arn, `To go on with it: redstep run ${session.file.path} --data ${dataDir} --resume`),
    );
    return;
  }
  let inUse: CliError | undefined;
  for (const directory of await openRunDirectories(session.file.path)) {
    try {
      if (await resumeIn(session, directory)) return;
    } catch (error) {
      if (!(error instanceof DirectoryInUse)) throw error;
      inUse = error;
    }
  }
  throw (
    inUse ??
    new CliError(
      `no run of ${session.file.path} was left unfinished here`,
      'Runs are kept below .redstep/run of the directory they were started in. Leave --resume out to start one.',
    )
  );
}

/** One that ended just before its process died is told too. @returns whether there was one. */
async function resumeIn(session: RunSession, directory: string): Promise<boolean> {
  const app = await session.open(directory);
  const arn = await findExecution(app, session.file.name, undefined);
  if (arn !== undefined) {
    session.conclude(await session.follow(app, arn, `To go on with it: redstep run ${session.file.path} --resume`));
  }
  await app.stop();
  await removeRunDirectory(directory);
  return arn !== undefined;
}

async function findExecution(app: App, machine: string, status: 'RUNNING' | undefined): Promise<string | undefined> {
  const machineArn = app.engine.machines.list().find(({ name }) => name === machine)?.arn;
  if (machineArn === undefined) return undefined;
  const [newest] = await app.engine.listExecutions(machineArn, { status, limit: 1, after: undefined });
  return newest?.executionArn;
}
