import { basename } from 'node:path';
import type { Definition } from '../core/definition/ast.ts';
import type { Diagnostic } from '../core/definition/diagnostic.ts';
import { validateDefinition } from '../core/definition/validate.ts';
import { CliError, EXIT_FAILED } from './cli-error.ts';
import { readText } from './json-source.ts';
import { type Colors, colorsOf, note } from './output.ts';

export type MachineType = 'STANDARD' | 'EXPRESS';

/** A file with a definition: `NAME.asl.json`, or `NAME.express.asl.json` for an Express machine. */
export interface DefinitionFile {
  readonly path: string;
  /** The state machine's name. */
  readonly name: string;
  readonly type: MachineType;
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
  /** Undefined: there is an ERROR among the diagnostics. */
  readonly definition: Definition | undefined;
}

const SUFFIX = /(?<express>\.express)?(?:\.asl)?\.json$/i;

/** Reads and checks it. `type` overrules what its name says. @throws {CliError} the file cannot be read. */
export async function readDefinitionFile(path: string, type?: MachineType): Promise<DefinitionFile> {
  const text = await readText(path);
  const file = basename(path);
  const suffix = SUFFIX.exec(file);
  const machineType = type ?? (suffix?.groups?.express === undefined ? 'STANDARD' : 'EXPRESS');
  const { definition, diagnostics } = validateDefinition(text, { type: machineType });
  return { path, name: file.slice(0, suffix?.index), type: machineType, text, diagnostics, definition };
}

/** Tells what was found. @throws {CliError} there is an error in it. */
export function requireValid(file: DefinitionFile): void {
  const colors = colorsOf(process.stderr);
  for (const diagnostic of file.diagnostics) note(describeDiagnostic(file.path, diagnostic, colors));
  if (file.definition !== undefined) return;
  const count = file.diagnostics.filter(({ severity }) => severity === 'ERROR').length;
  throw new CliError(
    `${file.path} is not a valid definition: ${count} ${count === 1 ? 'error' : 'errors'}`,
    '',
    EXIT_FAILED,
  );
}

/** `FILE:LOCATION: SEVERITY CODE: MESSAGE`. */
export function describeDiagnostic(
  path: string,
  { severity, code, message, location }: Diagnostic,
  colors: Colors,
): string {
  const paint = severity === 'ERROR' ? colors.red : colors.yellow;
  return `${path}:${location ?? '/'}: ${paint(severity)} ${code}: ${message}`;
}
