import { isObject, type Json } from '../json.ts';
import { SECONDS_MAX } from '../limits.ts';
import type { Definition } from './ast.ts';
import { anyObject, anything, Findings, integer, oneOf, type Shape, text } from './check.ts';
import type { Diagnostic } from './diagnostic.ts';
import { parseDefinition } from './parse.ts';
import { checkStatesBlock } from './validate-states.ts';

export interface ValidateOptions {
  readonly type: 'STANDARD' | 'EXPRESS';
}

export interface ValidatedDefinition {
  /** All that was found, errors of syntax first, then in the order of the definition. */
  readonly diagnostics: readonly Diagnostic[];
  /** Present if there is no ERROR. */
  readonly definition?: Definition;
}

const STATE_MACHINE: Shape = {
  fields: {
    Comment: anything,
    Version: oneOf('1.0'),
    TimeoutSeconds: integer(0, SECONDS_MAX),
    QueryLanguage: oneOf('JSONPath', 'JSONata'),
    StartAt: text,
    States: anyObject,
  },
  required: ['States', 'StartAt'],
};

/** Reads and checks a definition in full, never stopping at the first error. Never throws, whatever the text. */
export function validateDefinition(text: string, options: ValidateOptions): ValidatedDefinition {
  const parsed = parseDefinition(text);
  if (parsed.definition === undefined) return { diagnostics: parsed.diagnostics };

  const findings = new Findings();
  const language =
    isObject(parsed.definition) && parsed.definition.QueryLanguage === 'JSONata' ? 'JSONata' : 'JSONPath';
  const machine = { findings, language, stateNames: new Set<string>(), labels: new Set<string>() } as const;
  checkStatesBlock(parsed.definition, '', options.type === 'EXPRESS', machine, STATE_MACHINE);

  const diagnostics = [...parsed.diagnostics, ...findings.diagnostics];
  if (diagnostics.some(({ severity }) => severity === 'ERROR')) return { diagnostics };
  return { diagnostics, definition: asDefinition(parsed.definition) };
}

/** The AST is the JSON itself: once checked, it only changes its name. */
function asDefinition(json: Json): Definition {
  // The checks above have looked at every member that Definition names.
  return json as unknown as Definition;
}
