import type { Diagnostic } from './diagnostic.ts';

/** Errors that one message names; a broken definition of a megabyte would otherwise answer with as much. */
const ERRORS_MAX = 100;

/** The message of AWS's InvalidDefinition error for what was found wrong; warnings are left out. */
export function definitionErrorMessage(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'ERROR').slice(0, ERRORS_MAX);
  return `Invalid State Machine Definition: '${errors.map(describe).join(', ')}'`;
}

function describe({ code, message, location }: Diagnostic): string {
  // A missing place is AWS's null.
  return `${code}: ${message} at ${location ?? 'null'}`;
}
