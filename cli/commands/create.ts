import { Command, Option } from 'commander';
import { ApiError } from '../client.ts';
import { type DefinitionFile, type MachineType, readDefinitionFile, requireValid } from '../definition-file.ts';
import { addEndpointOptions, clientOf, type EndpointOptions, machineArnOf } from '../endpoint-options.ts';
import { fail, note, print } from '../output.ts';

const EXAMPLES = `
Examples:
  redstep create order.asl.json                  state machine "order"
  redstep create order.asl.json --update         … or its new definition, where there is one
  redstep create flow.asl.json --name order --type EXPRESS`;

interface CreateOptions extends EndpointOptions {
  readonly name?: string;
  readonly type?: MachineType;
  readonly roleArn?: string;
  readonly update?: boolean;
}

export function createCommand(): Command {
  return addEndpointOptions(
    new Command('create')
      .summary('make a state machine on a server')
      .description('Creates a state machine from a definition, and prints its ARN.')
      .argument('<file>', 'the definition: NAME.asl.json, or NAME.express.asl.json')
      .option('-n, --name <name>', "name of the state machine (default: the file's)")
      .addOption(new Option('-t, --type <type>', 'type of the state machine').choices(['STANDARD', 'EXPRESS']))
      .option('--role-arn <arn>', 'kept and shown as on AWS; not used')
      .option('-u, --update', 'give a state machine that exists the new definition'),
  )
    .addHelpText('after', EXAMPLES)
    .action((path: string, options: CreateOptions) => create(path, options).catch(fail));
}

async function create(path: string, options: CreateOptions): Promise<void> {
  const file = await readDefinitionFile(path, options.type);
  requireValid(file);
  const name = options.name ?? file.name;
  try {
    print(await createMachine(file, name, options));
  } catch (error) {
    if (!options.update || !(error instanceof ApiError) || error.code !== 'StateMachineAlreadyExists') throw error;
    const stateMachineArn = machineArnOf(name, options);
    await clientOf(options).call('UpdateStateMachine', { stateMachineArn, definition: file.text });
    note(`updated ${name}`);
    print(stateMachineArn);
  }
}

async function createMachine({ text, type }: DefinitionFile, name: string, options: CreateOptions): Promise<string> {
  const roleArn = options.roleArn ?? `arn:aws:iam::${options.account}:role/redstep`;
  const { stateMachineArn } = await clientOf(options).call('CreateStateMachine', {
    name,
    type,
    definition: text,
    roleArn,
  });
  return String(stateMachineArn);
}
