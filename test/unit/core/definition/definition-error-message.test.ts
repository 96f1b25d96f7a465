import { expect, test } from 'vitest';
import { definitionErrorMessage } from '../../../../core/definition/definition-error-message.ts';
import { validateDefinition } from '../../../../core/definition/validate.ts';

const messageOf = (definition: object): string =>
  definitionErrorMessage(validateDefinition(JSON.stringify(definition), { type: 'STANDARD' }).diagnostics);

test('every error is named with its code and location', () => {
  const pass = { pass1: { Type: 'Pass', Next: 'pass3' }, pass2: { Type: 'Pass', End: true } };

  expect(messageOf({ StartAt: 'pass1', States: pass })).toBe(
    `Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: pass3 at /States/pass1/Next, MISSING_TRANSITION_TARGET: State "pass2" is not reachable. at /States/pass2'`,
  );
});

test('an error that belongs to no place is located at null', () => {
  expect(messageOf({ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'A' } } })).toBe(
    "Invalid State Machine Definition: 'MISSING_END_STATE: Workflow has no terminal state at null'",
  );
});

test('warnings are left out', () => {
  const fail = { Type: 'Fail', Cause: '$.a', Error: 1 };

  expect(messageOf({ StartAt: 'A', States: { A: fail } })).toBe(
    "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Expected value of type String at /States/A/Error'",
  );
});

test('a broken definition of a megabyte gets a message that can be read', () => {
  const States = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`s${i}`, 1]));

  expect(messageOf({ StartAt: 's0', States }).length).toBeLessThan(10_000);
});
