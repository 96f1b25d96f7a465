import { Command } from 'commander';
import type { NodeView } from '../../app.ts';
import { formatTimestamp } from '../../core/timestamp.ts';
import { addServerOption, apiOf, type ServerOptions } from '../endpoint-options.ts';
import { fail, print, printJson, table } from '../output.ts';

const EXAMPLES = `
Examples:
  redstep nodes
  redstep nodes --endpoint http://10.0.0.5:8083 --json | jq '.[].address'

A node that drains has handed over its partitions, and goes on with the functions that it runs.`;

interface NodesOptions extends ServerOptions {
  readonly json?: boolean;
}

export function nodesCommand(): Command {
  return addServerOption(
    new Command('nodes')
      .summary('show the nodes that share a Redis')
      .description('Shows the nodes that share a Redis: where each answers, whether it drains, its version.')
      .option('--json', 'print a JSON array'),
  )
    .addHelpText('after', EXAMPLES)
    .action((options: NodesOptions) => showNodes(options).catch(fail));
}

async function showNodes({ endpoint, json }: NodesOptions): Promise<void> {
  const nodes = await nodesAt(endpoint);
  if (json) return printJson(nodes);
  print(
    table([
      ['NODE', 'ADDRESS', 'STATE', 'VERSION', 'STARTED'],
      ...nodes.map(({ id, address, state, version, startedMs }) => {
        return [id, address ?? endpoint, state, version, formatTimestamp(startedMs)];
      }),
    ]),
  );
}

/** The nodes that share a store with the server at `endpoint`, by address. */
export async function nodesAt(endpoint: string): Promise<readonly NodeView[]> {
  const { nodes } = await apiOf(endpoint).read<{ nodes: NodeView[] }>('/redstep/nodes');
  return nodes.sort((a, b) => ((a.address ?? '') < (b.address ?? '') ? -1 : 1));
}
