import type { Command } from 'commander';
import { executionArn, stateMachineArn } from '../core/arn.ts';
import { CliError } from './cli-error.ts';
import { Client } from './client.ts';
import { HttpApi } from './http-api.ts';

/** What all commands that talk to a server have in common. */
export interface ServerOptions {
  readonly endpoint: string;
}

/** Those that talk of machines and executions. */
export interface EndpointOptions extends ServerOptions {
  readonly region: string;
  readonly account: string;
}

export function addServerOption(command: Command): Command {
  const endpoint = process.env.REDSTEP_ENDPOINT ?? 'http://127.0.0.1:8083';
  return command.option('-e, --endpoint <url>', 'address of the server', endpoint);
}

export function addEndpointOptions(command: Command): Command {
  return addServerOption(command)
    .option('--region <name>', 'region of the state machines', 'us-east-1')
    .option('--account <id>', 'account in ARNs made from names', '123456789012');
}

export function clientOf({ endpoint, region }: EndpointOptions): Client {
  return new Client(apiOf(endpoint), region);
}

export function apiOf(endpoint: string): HttpApi {
  if (!/^https?:\/\/./.test(endpoint)) {
    throw new CliError(`'${endpoint}' is not the address of a server`, 'Give it as --endpoint http://HOST:PORT.');
  }
  return new HttpApi(endpoint);
}

/** A state machine's ARN from its ARN or name. */
export function machineArnOf(machine: string, { region, account }: EndpointOptions): string {
  return machine.startsWith('arn:') ? machine : stateMachineArn(region, account, machine);
}

/** An execution's ARN from its ARN or `MACHINE:NAME`. */
export function executionArnOf(execution: string, options: EndpointOptions): string {
  if (execution.startsWith('arn:')) return execution;
  const [machine, name, ...rest] = execution.split(':');
  if (machine && name && rest.length === 0) return executionArn(machineArnOf(machine, options), name, false);
  throw new CliError(
    `'${execution}' names no execution`,
    'Give its ARN, or MACHINE:NAME. redstep list MACHINE shows them.',
  );
}
