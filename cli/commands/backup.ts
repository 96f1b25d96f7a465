import { request } from 'node:http';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { CliError, EXIT_FAILED } from '../cli-error.ts';
import { addServerOption, apiOf, type ServerOptions } from '../endpoint-options.ts';
import { noServer } from '../http-api.ts';
import { fail, print } from '../output.ts';

const EXAMPLES = `
Examples:
  redstep backup /var/backups/redstep-20261124
  redstep start --data /var/backups/redstep-20261124      goes on from it; stop the other server first

The directory is one of the server's machine, empty or not there yet; the server itself writes it, as its user. It goes on
with its work meanwhile. The copy has all that was answered before; it is whole once the command says so.`;

export function backupCommand(): Command {
  return addServerOption(
    new Command('backup')
      .summary("write a copy of a running server's data directory")
      .description('Has a running server on this machine write a copy of its data directory (embedded store).')
      .argument('<dir>', 'where to: an empty directory, or a new one'),
  )
    .addHelpText('after', EXAMPLES)
    .action((directory: string, options: ServerOptions) => backUp(directory, options).catch(fail));
}

async function backUp(directory: string, { endpoint }: ServerOptions): Promise<void> {
  const { name } = apiOf(endpoint);
  if (!name.startsWith('http://'))
    throw new CliError(`${name} is not on this machine`, 'Ask the server itself: --endpoint http://127.0.0.1:8083.');
  const { status, words } = await ask(name, resolve(directory));
  if (status !== 200) throw new CliError(words, '', EXIT_FAILED);
  print(`${words} has a copy of the data of ${name}`);
}

/** Not by `fetch`, which gives up after minutes: a copy takes as long as it takes. */
function ask(server: string, directory: string): Promise<{ readonly status: number; readonly words: string }> {
  return new Promise((settle, refuse) => {
    const headers = { 'Content-Type': 'application/json', 'X-Redstep-Admin': 'backup' };
    const asked = request(`${server}/redstep/backup`, { method: 'POST', headers }, (response) => {
      let words = '';
      response.setEncoding('utf8');
      response.on('data', (text) => (words += text));
      response.on('end', () => settle({ status: response.statusCode ?? 0, words: words.trim() }));
      response.on('error', (error) => refuse(noServer(server, error)));
    });
    asked.on('error', (error) => refuse(noServer(server, error)));
    asked.end(JSON.stringify({ directory }));
  });
}
