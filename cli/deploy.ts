import type { App } from '../app.ts';
import { stateMachineArn } from '../core/arn.ts';
import { CliError } from './cli-error.ts';
import { ApiError, Client } from './client.ts';
import type { DefinitionFile } from './definition-file.ts';

/** Region of what the command line creates: the one that clients get who name none. */
const REGION = 'us-east-1';

export interface Deployment {
  readonly stateMachineArn: string;
  readonly change: 'created' | 'updated' | 'unchanged';
}

/** A client of an app in this process. */
export function clientOfApp(app: App): Client {
  return new Client({ name: 'this process', post: (request) => app.call(request) }, REGION);
}

/**
 * Makes the state machine of a definition's file: created, or updated where its text has changed. It asks the API, which
 * finds the node that keeps the machines.
 */
export async function deploy(app: App, file: DefinitionFile): Promise<Deployment> {
  const { account } = app.config;
  const client = clientOfApp(app);
  const { name, type, text: definition } = file;
  const arn = stateMachineArn(REGION, account, name);
  const existing = await client.call('DescribeStateMachine', { stateMachineArn: arn }).catch((error) => {
    if (error instanceof ApiError && error.code === 'StateMachineDoesNotExist') return undefined;
    throw error;
  });
  if (existing === undefined) {
    const roleArn = `arn:aws:iam::${account}:role/redstep`;
    await client.call('CreateStateMachine', { name, type, definition, roleArn });
    return { stateMachineArn: arn, change: 'created' };
  }
  if (existing.type !== type) {
    throw new CliError(
      `${file.path}: state machine ${name} is ${existing.type}, and a machine's type cannot change`,
      `Give the file another name, or delete the machine first (DeleteStateMachine).`,
    );
  }
  if (existing.definition === definition) return { stateMachineArn: arn, change: 'unchanged' };
  await client.call('UpdateStateMachine', { stateMachineArn: arn, definition });
  return { stateMachineArn: arn, change: 'updated' };
}

const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/gu;

/** A name that AWS would take for a machine or an execution. */
export function isValidName(name: string): boolean {
  return name.length >= 1 && name.length <= 80 && name.search(FORBIDDEN) < 0;
}

/** The nearest valid name. */
export function validName(name: string): string {
  return name.replace(FORBIDDEN, '-').slice(0, 80) || 'machine';
}
