import picocolors from 'picocolors';
import { CliError } from './cli-error.ts';

/** Colours of a stream: none where it is no terminal, or the user wants none (no-color.org). */
export type Colors = ReturnType<typeof picocolors.createColors>;

export function colorsOf(stream: NodeJS.WriteStream): Colors {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  return picocolors.createColors(!NO_COLOR && (stream.isTTY === true || FORCE_COLOR !== undefined));
}

/** What a command is asked for: alone on standard output, so that it can be piped. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What it has to say besides. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** JSON text for people on a terminal, for programs unchanged. */
export function printJsonText(text: string): void {
  print(process.stdout.isTTY === true ? JSON.stringify(JSON.parse(text), null, 2) : text);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, process.stdout.isTTY === true ? 2 : undefined));
}

/** Tells a failure and sets the exit code; the process ends when nothing is left to do. */
export function fail(error: unknown): void {
  const colors = colorsOf(process.stderr);
  if (error instanceof CliError) {
    note(`${colors.red('error:')} ${error.message}`);
    if (error.advice !== '') note(colors.dim(error.advice));
    process.exitCode = error.exitCode;
    return;
  }
  note(`${colors.red('error:')} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  note(colors.dim('This is a defect of Redstep: please report it with the lines above.'));
  process.exitCode = 1;
}

/** Rows in columns as wide as their longest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Milliseconds as people say them: `12 ms`, `1.2 s`, `2 min 3 s`, `1 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1_000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
