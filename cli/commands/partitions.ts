import { Command } from 'commander';
import type { PartitionView } from '../../app.ts';
import { addServerOption, apiOf, type ServerOptions } from '../endpoint-options.ts';
import { duration, fail, print, printJson, table } from '../output.ts';
import { nodesAt } from './nodes.ts';

const EXAMPLES = `
Examples:
  redstep partitions
  redstep partitions --endpoint http://10.0.0.5:8083 --json | jq '.[] | select(.owner == null)'

  OWNER      where its node answers; none: its node has died, and another takes over within the lease term
  EPOCH      how often its owner has changed
  MAILBOX    messages of other processes that were read and are not durable yet, and how long the oldest one has lain there
  WAITING    executions that wait for the next commit
  RESIDENT   executions in memory: those at work
  COMMITS    by this owner; P50 and P99 are of its last 256`;

interface PartitionsOptions extends ServerOptions {
  readonly json?: boolean;
}

export function partitionsCommand(): Command {
  return addServerOption(
    new Command('partitions')
      .summary('show which node owns what, and how it gets on')
      .description('Shows the partitions: who owns each, what lies in its mailbox, how long its commits take.')
      .option('--json', 'print a JSON array'),
  )
    .addHelpText('after', EXAMPLES)
    .action((options: PartitionsOptions) => showPartitions(options).catch(fail));
}

async function showPartitions({ endpoint, json }: PartitionsOptions): Promise<void> {
  const [nodes, { partitions }] = await Promise.all([
    nodesAt(endpoint),
    apiOf(endpoint).read<{ partitions: PartitionView[] }>('/redstep/partitions'),
  ]);
  if (json) return printJson(partitions);
  const addresses = new Map(nodes.map(({ id, address }) => [id, address ?? endpoint]));
  print(
    table([
      ['PARTITION', 'OWNER', 'EPOCH', 'MAILBOX', 'WAITING', 'RESIDENT', 'COMMITS', 'P50', 'P99'],
      ...partitions.map((partition) => partitionRow(partition, addresses)),
    ]),
  );
}

function partitionRow(
  { partition, owner, epoch, figures }: PartitionView,
  addresses: ReadonlyMap<string, string>,
): string[] {
  const where = owner === null ? 'none' : (addresses.get(owner) ?? owner);
  const begin = [String(partition), where, String(epoch ?? '')];
  if (figures === undefined) return begin;
  const { mailboxDepth, oldestMessageAgeMs, waiting, resident, commits, commitMedianMs, commitP99Ms } = figures;
  const oldest = oldestMessageAgeMs === null ? '' : ` (${duration(oldestMessageAgeMs)})`;
  const counts = [`${mailboxDepth}${oldest}`, String(waiting), String(resident), String(commits)];
  return [...begin, ...counts, milliseconds(commitMedianMs), milliseconds(commitP99Ms)];
}

function milliseconds(ms: number | null): string {
  return ms === null ? '' : `${ms.toFixed(1)} ms`;
}
