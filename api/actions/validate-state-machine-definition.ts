import { validateDefinition } from '../../core/definition/validate.ts';
import { DEFINITION_BYTES_MAX } from '../../core/limits.ts';
import { integer, oneOf, requiredText } from '../input-schema.ts';
import { type Action, action } from './action.ts';

/** AWS: API reference, ValidateStateMachineDefinition, `maxResults`: default and maximum. */
const DIAGNOSTICS_MAX = 100;

export const validateStateMachineDefinition: Action = action(
  {
    definition: requiredText({ min: 1, max: DEFINITION_BYTES_MAX, sensitive: true }),
    type: oneOf('STANDARD', 'EXPRESS'),
    severity: oneOf('ERROR', 'WARNING'),
    maxResults: integer(0, DIAGNOSTICS_MAX),
  },
  ({ definition, type = 'STANDARD', severity = 'ERROR', maxResults }) => {
    const { diagnostics } = validateDefinition(definition, { type });
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'ERROR');
    const asked = severity === 'ERROR' ? errors : diagnostics;
    const limit = maxResults || DIAGNOSTICS_MAX;
    return {
      result: errors.length === 0 ? 'OK' : 'FAIL',
      diagnostics: asked.slice(0, limit).map(({ severity, code, message, location }) => {
        return { severity, code, message, location };
      }),
      truncated: asked.length > limit,
    };
  },
);
