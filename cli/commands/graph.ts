import { Command } from 'commander';
import { definitionGraph } from '../../core/definition/graph.ts';
import { mermaid } from '../../core/definition/mermaid.ts';
import { CliError, EXIT_FAILED } from '../cli-error.ts';
import { describeDiagnostic, readDefinitionFile } from '../definition-file.ts';
import { colorsOf, fail, note } from '../output.ts';

const EXAMPLES = `
Examples:
  redstep graph order.asl.json > order.mmd
  (echo '\`\`\`mermaid'; redstep graph order.asl.json; echo '\`\`\`') >> README.md`;

export function graphCommand(): Command {
  return new Command('graph')
    .summary('draw a definition')
    .description('Prints a definition as a Mermaid flowchart, which GitHub and many editors draw.')
    .argument('<file>', 'the definition')
    .addHelpText('after', EXAMPLES)
    .action((path: string) => graph(path).catch(fail));
}

async function graph(path: string): Promise<void> {
  const { definition, diagnostics } = await readDefinitionFile(path);
  if (definition !== undefined) return void process.stdout.write(mermaid(definitionGraph(definition)));
  for (const diagnostic of diagnostics) note(describeDiagnostic(path, diagnostic, colorsOf(process.stderr)));
  throw new CliError(`${path} is not a valid definition: there is nothing to draw`, 'Correct it first.', EXIT_FAILED);
}
