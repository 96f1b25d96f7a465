#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { VERSION } from '../version.ts';
import { EXIT_USAGE } from './cli-error.ts';
import { backupCommand } from './commands/backup.ts';
import { chaosCommand } from './commands/chaos.ts';
import { createCommand } from './commands/create.ts';
import { describeCommand } from './commands/describe.ts';
import { devCommand } from './commands/dev.ts';
import { executeCommand } from './commands/execute.ts';
import { exportCommand } from './commands/export.ts';
import { graphCommand } from './commands/graph.ts';
import { historyCommand } from './commands/history.ts';
import { importCommand } from './commands/import.ts';
import { listCommand } from './commands/list.ts';
import { nodesCommand } from './commands/nodes.ts';
import { partitionsCommand } from './commands/partitions.ts';
import { runCommand } from './commands/run.ts';
import { scheduleCommand } from './commands/schedule.ts';
import { startCommand } from './commands/start.ts';
import { stopCommand } from './commands/stop.ts';
import { validateCommand } from './commands/validate.ts';
import { workerCommand } from './commands/worker.ts';

const MANUAL = `
Begin here:
  redstep run examples/introduction/introduction.asl.json    one execution, shown live
  redstep dev --definitions . --functions functions          a server that reloads what you edit
  redstep start --data /var/lib/redstep                      a server for the AWS SDKs and CLI

Every command has a manual with examples: redstep COMMAND --help`;

const program = new Command('redstep')
  .description('Runs AWS Step Functions workflows (Amazon States Language) on your own machines.')
  .version(VERSION, '-V, --version')
  .configureHelp({ showGlobalOptions: false })
  .addHelpText('after', MANUAL);

const HERE = [runCommand(), devCommand(), startCommand(), validateCommand(), graphCommand()];
const ON_A_REDIS = [workerCommand(), scheduleCommand(), chaosCommand()];
const ON_A_STOPPED_DEPLOYMENT = [exportCommand(), importCommand()];
const ON_A_SERVER = [
  createCommand(),
  executeCommand(),
  listCommand(),
  describeCommand(),
  historyCommand(),
  stopCommand(),
  nodesCommand(),
  partitionsCommand(),
  backupCommand(),
];

for (const command of HERE) program.addCommand(command.helpGroup('Here:'));
for (const command of ON_A_REDIS) program.addCommand(command.helpGroup('For nodes on a Redis (--redis):'));
for (const command of ON_A_STOPPED_DEPLOYMENT) program.addCommand(command.helpGroup('While nothing runs on it:'));
for (const command of ON_A_SERVER) program.addCommand(command.helpGroup('On a server (--endpoint):'));

for (const command of [program, ...program.commands.flatMap((command) => [command, ...command.commands])]) {
  command
    .exitOverride()
    .showHelpAfterError(`(${[...new Set(['redstep', command.name()])].join(' ')} --help shows how)`);
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
}
