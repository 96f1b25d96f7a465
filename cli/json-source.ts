import { readFile } from 'node:fs/promises';
import { scanJson } from '../core/definition/json-syntax.ts';
import { NESTING_DEPTH_MAX } from '../core/limits.ts';
import { CliError } from './cli-error.ts';

/**
 * The JSON text of an option: the text itself, `@FILE`, or `@-` for standard input.
 *
 * @throws {CliError} it cannot be read, or is not JSON: the message has the place.
 */
export async function readJsonOption(option: string, value: string): Promise<string> {
  const from = value.startsWith('@') ? value.slice(1) : undefined;
  const text = from === undefined ? value : await readInput(from);
  const { problem } = scanJson(text, NESTING_DEPTH_MAX);
  if (problem === undefined) return text;
  const where = from === undefined ? option : `${option} ${value}`;
  throw new CliError(
    `${where} is not JSON: ${problem.message} (line ${problem.line}, column ${problem.column})`,
    from === undefined
      ? `Quote it for the shell, as in ${option} '{"who":"Ada"}', or put it into a file: ${option} @input.json`
      : '',
  );
}

async function readInput(from: string): Promise<string> {
  if (from !== '-') return readText(from);
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** @throws {CliError} saying why the file cannot be read. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CliError(`cannot read ${path}: ${reasonOf(error)}`, 'Give the path of an existing file.');
  }
}

const REASONS: { readonly [code: string]: string } = {
  ENOENT: 'there is no such file or directory',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EROFS: 'the file system is read-only',
};

/** Why the system refused, in words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? error.message;
}
