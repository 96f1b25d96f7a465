import { Command, Option } from 'commander';
import { EXIT_FAILED } from '../cli-error.ts';
import { describeDiagnostic, type MachineType, readDefinitionFile } from '../definition-file.ts';
import { colorsOf, fail, note, print, printJson } from '../output.ts';

const EXAMPLES = `
Examples:
  redstep validate machines/*.asl.json
  redstep validate order.asl.json --json | jq '.[].diagnostics'

A line for each finding: FILE:LOCATION: SEVERITY CODE: MESSAGE. Codes and locations are those of AWS's
ValidateStateMachineDefinition. Exit code: 0 no errors (there may be warnings); 1 errors; 2 a file cannot be read.`;

interface ValidateOptions {
  readonly type?: MachineType;
  readonly json?: boolean;
}

export function validateCommand(): Command {
  return new Command('validate')
    .summary('check definitions')
    .description('Finds all that is wrong with definitions, as AWS would on creating the state machine.')
    .argument('<file...>', 'definitions: NAME.asl.json, or NAME.express.asl.json')
    .addOption(new Option('-t, --type <type>', 'type of the state machines').choices(['STANDARD', 'EXPRESS']))
    .option('--json', 'print a JSON array with one object a file')
    .addHelpText('after', EXAMPLES)
    .action((files: string[], options: ValidateOptions) => validate(files, options).catch(fail));
}

async function validate(paths: readonly string[], { type, json }: ValidateOptions): Promise<void> {
  const files = await Promise.all(paths.map((path) => readDefinitionFile(path, type)));
  const invalid = files.filter(({ definition }) => definition === undefined).length;
  if (invalid > 0) process.exitCode = EXIT_FAILED;
  if (json) {
    return printJson(
      files.map(({ path, definition, diagnostics }) => ({
        file: path,
        result: definition === undefined ? 'FAIL' : 'OK',
        diagnostics,
      })),
    );
  }
  const colors = colorsOf(process.stdout);
  for (const { path, diagnostics } of files) {
    for (const diagnostic of diagnostics) print(describeDiagnostic(path, diagnostic, colors));
  }
  note(`${files.length - invalid} of ${files.length} valid`);
}
