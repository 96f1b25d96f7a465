/**
 * One finding about a definition, as ValidateStateMachineDefinition answers it.
 * `location` is a JSON pointer into the definition: `/States/Hello/Next`.
 */
export interface Diagnostic {
  readonly severity: 'ERROR' | 'WARNING';
  /** AWS's code: SCHEMA_VALIDATION_FAILED, INVALID_JSON_DESCRIPTION, MISSING_TRANSITION_TARGET … */
  readonly code: string;
  readonly message: string;
  readonly location?: string;
}
