import { Command } from 'commander';
import { addEndpointOptions, clientOf, type EndpointOptions, executionArnOf } from '../endpoint-options.ts';
import { fail, note } from '../output.ts';

const EXAMPLES = `
Examples:
  redstep stop order:2026-11-23
  redstep stop order:2026-11-23 --error Cancelled --cause 'The customer called'`;

interface StopOptions extends EndpointOptions {
  readonly error?: string;
  readonly cause?: string;
}

export function stopCommand(): Command {
  return addEndpointOptions(
    new Command('stop')
      .summary('stop an execution')
      .description('Stops an execution: it ends as ABORTED. One that is over stays as it is.')
      .argument('<execution>', 'its ARN, or MACHINE:NAME')
      .option('--error <name>', 'the error it ends with')
      .option('--cause <text>', 'the cause it ends with'),
  )
    .addHelpText('after', EXAMPLES)
    .action((execution: string, options: StopOptions) => stop(execution, options).catch(fail));
}

async function stop(execution: string, options: StopOptions): Promise<void> {
  const { error, cause } = options;
  const executionArn = executionArnOf(execution, options);
  const client = clientOf(options);
  await client.call('StopExecution', {
    executionArn,
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  });
  const { status } = await client.call('DescribeExecution', { executionArn });
  note(`${execution} is ${String(status)}`);
}
