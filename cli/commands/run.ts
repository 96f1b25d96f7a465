import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command, Option } from 'commander';
import { exceedsUtf8 } from '../../core/json.ts';
import { PAYLOAD_BYTES_MAX } from '../../core/limits.ts';
import { CliError } from '../cli-error.ts';
import { type DefinitionFile, type MachineType, readDefinitionFile, requireValid } from '../definition-file.ts';
import { isValidName, validName } from '../deploy.ts';
import { readJsonOption } from '../json-source.ts';
import { openLiveView } from '../live/live-view.ts';
import { fail } from '../output.ts';
import { resumeRun } from '../run/resume-run.ts';
import { RunSession } from '../run/run-session.ts';
import { startRun } from '../run/start-run.ts';

const EXAMPLES = `
Examples:
  redstep run order.asl.json --input '{"id":7}'       one execution, with its functions in ./functions
  redstep run order.asl.json --input @order.json      the input from a file; @- reads standard input
  redstep run order.asl.json --json | jq .status      status, output and history as one JSON object
  redstep run order.asl.json --resume                 go on after a crash, a reboot, Ctrl-C

The output goes to standard output, the live view to standard error.
The execution is kept in .redstep/run until it ends: whatever happens to the process, --resume finishes it.
A file named NAME.express.asl.json runs as an Express machine, in memory.

Exit code: 0 succeeded; 1 failed, timed out, aborted, or not a valid definition; 2 it could not begin; 130 interrupted.`;

export interface RunOptions {
  readonly input?: string;
  readonly functions?: string;
  readonly data?: string;
  readonly resume?: boolean;
  readonly name?: string;
  readonly type?: MachineType;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly isolate?: boolean;
}

export function runCommand(): Command {
  return new Command('run')
    .summary('run one execution and show it')
    .description('Runs one execution of a definition on the embedded store, shows it live and prints its output.')
    .argument('<file>', 'the definition: NAME.asl.json, or NAME.express.asl.json')
    .option('-i, --input <json|@file>', 'the input (default: {})')
    .option('-f, --functions <dir>', 'folder of functions (default: the folder "functions" beside the file)')
    .option('-d, --data <dir>', 'data directory to run in and to keep (default: one below .redstep/run, until the end)')
    .option('-r, --resume', 'finish what an earlier run of this file left')
    .option('-n, --name <name>', 'name of the execution (default: a random one)')
    .addOption(new Option('-t, --type <type>', 'type of the state machine').choices(['STANDARD', 'EXPRESS']))
    .option('--isolate', 'run functions in worker threads: an endless loop ends at its timeout')
    .option('--json', 'print one JSON object with status, output and events; no live view')
    .option('-q, --quiet', 'no live view')
    .addHelpText('after', EXAMPLES)
    .action((file: string, options: RunOptions) => run(file, options).catch(fail).then(leave));
}

async function run(path: string, options: RunOptions): Promise<void> {
  checkOptions(options);
  const file = named(await readDefinitionFile(path, options.type));
  if (options.resume && file.type === 'EXPRESS') {
    throw new CliError(
      'an Express execution lives in memory: there is nothing to resume',
      'Run it again without --resume.',
    );
  }
  const functionsDir = functionsDirOf(path, options);
  const silent = options.json === true || options.quiet === true;
  const session = new RunSession({
    file,
    functionsDir,
    isolate: options.isolate === true,
    json: options.json === true,
    view: silent ? undefined : openLiveView(process.stderr),
  });
  try {
    if (options.resume) return await resumeRun(session, options.data);
    requireValid(file);
    const input = await readInput(options);
    await startRun(session, { input, name: options.name ?? randomUUID(), dataDir: options.data });
  } finally {
    await session.close();
  }
}

async function readInput({ input = '{}' }: RunOptions): Promise<string> {
  const text = await readJsonOption('--input', input);
  if (!exceedsUtf8(text, PAYLOAD_BYTES_MAX)) return text;
  throw new CliError(
    `the input is larger than ${PAYLOAD_BYTES_MAX} bytes`,
    'Pass a reference to large data, such as the path of a file.',
  );
}

/** Functions may have left timers and connections open: nothing waits for them. */
function leave(): void {
  process.stdout.write('', () => process.exit());
}

function checkOptions({ resume, input, name }: RunOptions): void {
  if (resume && input !== undefined) {
    throw new CliError('--resume goes on with the input that the execution has: leave --input out');
  }
  if (name !== undefined && !isValidName(name)) {
    throw new CliError(
      `'${name}' is not a valid name`,
      'Up to 80 letters, digits, - _ . and the like; no blanks, brackets, or any of ?*"#%\\^|~`$&,;:/',
    );
  }
}

/** A file may have a name that no machine may have. */
function named(file: DefinitionFile): DefinitionFile {
  return { ...file, name: validName(file.name) };
}

function functionsDirOf(path: string, { functions }: RunOptions): string | undefined {
  if (functions !== undefined) {
    if (existsSync(functions)) return functions;
    throw new CliError(
      `there is no folder ${functions}`,
      'Give --functions a folder in which NAME.mjs, .js, .cjs or .ts is function NAME.',
    );
  }
  const beside = join(dirname(path), 'functions');
  return existsSync(beside) ? beside : undefined;
}
