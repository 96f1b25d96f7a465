import { Command } from 'commander';
import { fail } from '../output.ts';
import { DefinitionsDirectory } from '../serve/definitions-directory.ts';
import { serve } from '../serve/serve.ts';
import { addServeOptions, configOf, type ServeOptions } from '../serve/serve-options.ts';

const EXAMPLES = `
Examples:
  redstep start                                                       machines come through the API
  redstep start --definitions machines --functions functions          NAME.asl.json is machine NAME, NAME.mjs function NAME
  redstep start --data /var/lib/redstep --port 8083 --isolate

  aws stepfunctions list-state-machines --endpoint-url http://127.0.0.1:8083 --region us-east-1

Definitions are taken up at start: a machine that exists is updated where its text has changed.
Executions that a stopped, killed or crashed server left go on when it starts again on the same --data.
SIGTERM and SIGINT stop it; functions under way are cancelled and run again at the next start. Among other nodes (--redis)
the others go on with its executions, and its functions may end.`;

export function startCommand(): Command {
  return addServeOptions(
    new Command('start')
      .summary("serve AWS's API")
      .description('Serves the Step Functions API to AWS SDKs, the AWS CLI and redstep itself.')
      .option('-f, --functions <dir>', 'folder of functions: NAME.mjs, .js, .cjs or .ts is Lambda function NAME')
      .option('--definitions <dir>', 'folder of definitions: NAME.asl.json is state machine NAME')
      .option('--isolate', 'run functions in worker threads: an endless loop ends at its timeout', false),
  )
    .addHelpText('after', EXAMPLES)
    .action((options: ServeOptions) => start(options).catch(fail));
}

async function start(options: ServeOptions): Promise<void> {
  const { definitions } = options;
  await serve({
    config: configOf(options),
    prepare: async (app) => {
      if (definitions !== undefined) await new DefinitionsDirectory(app, definitions).load();
      return () => undefined;
    },
  });
}
