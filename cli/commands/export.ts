import { Command } from 'commander';
import { exportTo } from '../../archive-app.ts';
import { addPlaceOptions, explainArchiveError, type PlaceOptions, placeOf } from '../deployment-place.ts';
import { fail, note, print } from '../output.ts';

const EXAMPLES = `
Examples:
  redstep export all.redstep --data /var/lib/redstep
  redstep export all.redstep --redis redis://10.0.0.5
  redstep import all.redstep --redis redis://10.0.0.6 --partitions 32     and from there it goes on

No server may run on it meanwhile, nor workers: it holds every partition's lease, and gives them back. What is there stays
there: start only one of the two again. The file has inputs, outputs and what task tokens are made of: keep it as safe.`;

export function exportCommand(): Command {
  return addPlaceOptions(
    new Command('export')
      .summary('write all of a deployment into a file')
      .description('Writes all of a deployment, open executions included, into one file, for redstep import.')
      .argument('<file>', 'the file: it must not be there yet'),
  )
    .addHelpText('after', EXAMPLES)
    .action((file: string, options: PlaceOptions) => exportAll(file, options).catch(fail));
}

async function exportAll(file: string, options: PlaceOptions): Promise<void> {
  const warn = (text: string): void => note(`warning: ${text}`);
  const figures = await exportTo(file, placeOf(options), warn).catch((error) => {
    throw explainArchiveError(error, file);
  });
  const { executions, running, starts } = figures;
  print(`${file} has ${executions} executions, ${running} of them running, and ${starts} Express starts under way`);
}
