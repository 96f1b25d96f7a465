import { exceedsUtf8, type Json } from '../json.ts';
import { DEFINITION_BYTES_MAX, NESTING_DEPTH_MAX } from '../limits.ts';
import type { Diagnostic } from './diagnostic.ts';
import { type DuplicateMember, type JsonProblem, scanJson } from './json-syntax.ts';

export interface ParsedDefinition {
  /** Absent where the text is not JSON, too large or too deep: an ERROR says which. */
  readonly definition?: Json;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the text of a definition as JSON. Never throws, whatever the text. */
export function parseDefinition(text: string): ParsedDefinition {
  if (exceedsUtf8(text, DEFINITION_BYTES_MAX)) {
    return failure('SCHEMA_VALIDATION_FAILED', `The definition is larger than ${DEFINITION_BYTES_MAX} bytes`);
  }
  if (text.trim() === '') return failure('MISSING_DESCRIPTION', 'The definition is empty');
  const { problem, duplicates } = scanJson(text, NESTING_DEPTH_MAX);
  if (problem !== undefined) return failure(codeOf(problem), problem.message, placeOf(problem));
  return { definition: JSON.parse(text), diagnostics: duplicates.map(duplicateDiagnostic) };
}

function failure(code: string, message: string, location?: string): ParsedDefinition {
  const diagnostic: Diagnostic = { severity: 'ERROR', code, message };
  return { diagnostics: [location === undefined ? diagnostic : { ...diagnostic, location }] };
}

function codeOf(problem: JsonProblem): string {
  return problem.kind === 'depth' ? 'TOO_DEEPLY_NESTED' : 'INVALID_JSON_DESCRIPTION';
}

function placeOf(problem: JsonProblem): string {
  return `line ${problem.line}, column ${problem.column}`;
}

/** A state given twice is an error on AWS; elsewhere the last member counts, and we only say so. */
function duplicateDiagnostic({ name, path }: DuplicateMember): Diagnostic {
  const location = [...path, name].map((part) => (typeof part === 'number' ? `[${part}]` : `/${part}`)).join('');
  if (isStatesField(path)) {
    return { severity: 'ERROR', code: 'DUPLICATE_STATE_NAME', message: `Duplicate State name: ${name}`, location };
  }
  return { severity: 'WARNING', code: 'DUPLICATE_FIELD', message: `Duplicate field '${name}'`, location };
}

/** Whether a path leads to the States field of the machine, of a branch or of an item processor. */
function isStatesField(path: DuplicateMember['path']): boolean {
  const [field, , container, ...rest] = path;
  if (field !== 'States' || path.length === 1) return field === 'States';
  if (container === 'Branches') return isStatesField(rest.slice(1));
  return (container === 'ItemProcessor' || container === 'Iterator') && isStatesField(rest);
}
