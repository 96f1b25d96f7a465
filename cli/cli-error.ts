/** Exit codes of every command: 1 the work failed, 2 it could not begin. */
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;

/** An expected failure of a command: what is wrong, and what to do about it. */
export class CliError extends Error {
  override readonly name = 'CliError';
  /** What to do, in one line or a few; empty: the message says it. */
  readonly advice: string;
  readonly exitCode: number;

  constructor(message: string, advice = '', exitCode: number = EXIT_USAGE) {
    super(message);
    this.advice = advice;
    this.exitCode = exitCode;
  }
}
