import { Command } from 'commander';
import { importFrom } from '../../archive-app.ts';
import {
  addPartitionsOption,
  addPlaceOptions,
  explainArchiveError,
  type PlaceOptions,
  placeOf,
} from '../deployment-place.ts';
import { fail, note, print } from '../output.ts';

const EXAMPLES = `
Examples:
  redstep import all.redstep --redis redis://10.0.0.6 --partitions 32
  redstep import all.redstep --data /var/lib/redstep

The file is read to its end before anything is written. An import that was cut leaves a deployment that no server starts on;
the same command goes on with it. Afterwards redstep start goes on with what was under way: waits end at their time, attempts
that were under way are made again, with the same task tokens.`;

export function importCommand(): Command {
  return addPartitionsOption(
    addPlaceOptions(
      new Command('import')
        .summary('fill an empty deployment with what a file has')
        .description('Fills an empty deployment with what redstep export has written.')
        .argument('<file>', 'the file'),
    ),
  )
    .addHelpText('after', EXAMPLES)
    .action((file: string, options: PlaceOptions) => importAll(file, options).catch(fail));
}

async function importAll(file: string, options: PlaceOptions): Promise<void> {
  const warn = (text: string): void => note(`warning: ${text}`);
  const figures = await importFrom(file, placeOf(options), warn).catch((error) => {
    throw explainArchiveError(error, file);
  });
  const { executions, running, starts } = figures;
  print(`imported ${executions} executions, ${running} of them running, and ${starts} Express starts under way`);
}
