import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { fail, note } from '../output.ts';
import { DefinitionsDirectory } from '../serve/definitions-directory.ts';
import { ExecutionLog } from '../serve/execution-log.ts';
import { serve } from '../serve/serve.ts';
import { addServeOptions, configOf, type ServeOptions } from '../serve/serve-options.ts';

const EXAMPLES = `
Examples:
  redstep dev                                           definitions in . and functions in ./functions
  redstep dev --definitions machines --functions src
  redstep execute order --input '{"id":7}'              in another terminal: start an execution of order.asl.json

A definition or function that is saved is taken up at once; executions under way keep the definition they began with.
Functions run in worker threads, so that a saved one is loaded with all its imports, and an endless loop can be ended;
--no-isolate runs them in the server's own thread.`;

export function devCommand(): Command {
  return addServeOptions(
    new Command('dev')
      .summary('serve, and take up what you edit')
      .description('Serves like start, takes up definitions and functions when they are saved, and tells what runs.')
      .option('-f, --functions <dir>', 'folder of functions (default: "functions", where there is one)')
      .option('--definitions <dir>', 'folder of definitions: NAME.asl.json is state machine NAME', '.')
      .option('--no-isolate', "run functions in the server's own thread"),
  )
    .addHelpText('after', EXAMPLES)
    .action((options: ServeOptions) => dev(options).catch(fail));
}

async function dev(options: ServeOptions): Promise<void> {
  const functions = options.functions ?? (existsSync('functions') ? 'functions' : undefined);
  const { definitions = '.' } = options;
  const base = configOf(functions === undefined ? options : { ...options, functions });
  await serve({
    config: { ...base, watch: true },
    prepare: async (app) => {
      const log = new ExecutionLog(app);
      const directory = new DefinitionsDirectory(app, definitions);
      directory.watch();
      await directory.load().catch((error) => {
        if (!(error instanceof CliError)) throw error;
        note(`${error.message}: save it once more when it is corrected`);
      });
      return () => {
        directory.stop();
        log.stop();
      };
    },
  });
}
