import type { App } from '../app.ts';
import { stateMachineArn } from '../core/arn.ts';
import { CliError } from './cli-error.ts';
import type { DefinitionFile } from './definition-file.ts';

/** Region of what the command line creates: the one that clients get who name none. */
const REGION = 'us-east-1';

export type Machine = NonNullable<ReturnType<App['engine']['machines']['get']>>;

export interface Deployment {
  readonly machine: Machine;
  readonly change: 'created' | 'updated' | 'unchanged';
}

/** Makes the state machine of a definition's file: created, or updated where its text has changed. */
export async function deploy(app: App, file: DefinitionFile): Promise<Deployment> {
  const { machines } = app.engine;
  const { account } = app.config;
  const arn = stateMachineArn(REGION, account, file.name);
  const existing = machines.get(arn);
  if (existing === undefined) {
    const roleArn = `arn:aws:iam::${account}:role/redstep`;
    const fields = { arn, name: file.name, type: file.type, definition: file.text, roleArn, configuration: {} };
    return { machine: await machines.create(fields), change: 'created' };
  }
  if (existing.type !== file.type) {
    throw new CliError(
      `${file.path}: state machine ${file.name} is ${existing.type}, and a machine's type cannot change`,
      `Give the file another name, or delete the machine first (DeleteStateMachine).`,
    );
  }
  if (existing.revision.definition === file.text) return { machine: existing, change: 'unchanged' };
  return { machine: await machines.update(existing, { definition: file.text }), change: 'updated' };
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
