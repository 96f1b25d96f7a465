import { type ValidateOptions, validateDefinition } from '../../../../core/definition/validate.ts';

/** The errors of a definition, `message at location`, in their order. */
export function errorsOf(definition: unknown, type: ValidateOptions['type'] = 'STANDARD'): string[] {
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
  const { diagnostics } = validateDefinition(text, { type });
  return diagnostics
    .filter(({ severity }) => severity === 'ERROR')
    .map(({ message, location }) => (location === undefined ? message : `${message} at ${location}`));
}

/** The errors of a machine whose only state of interest is `S`; `Next` is there to go to. */
export function errorsOfState(state: object, type?: ValidateOptions['type']): string[] {
  return errorsOf(machineOf(state), type);
}

export function machineOf(state: object): object {
  const names = namesIn(state).filter((name) => name !== 'S');
  return {
    StartAt: 'S',
    States: { S: state, ...Object.fromEntries(names.map((name) => [name, { Type: 'Succeed' }])) },
  };
}

/** The warnings of a machine with that one state, `code at location`. */
export function warningsOfState(state: object): string[] {
  const { diagnostics } = validateDefinition(JSON.stringify(machineOf(state)), { type: 'STANDARD' });
  return diagnostics
    .filter(({ severity }) => severity === 'WARNING')
    .map(({ code, location }) => `${code} at ${location}`);
}

function namesIn(state: object): string[] {
  const targets = JSON.stringify(state).matchAll(/"(?:Next|Default)":"([^"]+)"/g);
  return [...new Set([...targets].map(([, name]) => name ?? ''))];
}
