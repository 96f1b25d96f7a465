import { expect, test } from 'vitest';
import { parseDefinition } from '../../../../core/definition/parse.ts';

test('a text that is no JSON gives the line and column of its first error', () => {
  expect(parseDefinition('{\n "StartAt": A }').diagnostics).toEqual([
    {
      severity: 'ERROR',
      code: 'INVALID_JSON_DESCRIPTION',
      message:
        "Unrecognized token 'A': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
      location: 'line 2, column 13',
    },
  ]);
});

test('an empty text is a missing description', () => {
  expect(parseDefinition(' \n').diagnostics[0]?.code).toBe('MISSING_DESCRIPTION');
});

test('a text over a megabyte is refused without being read', () => {
  const parsed = parseDefinition(`"${'é'.repeat(600_000)}"`);

  expect(parsed.definition).toBeUndefined();
  expect(parsed.diagnostics[0]?.message).toBe('The definition is larger than 1048576 bytes');
});

test('nesting of a hundred thousand levels is refused, not a crash', () => {
  expect(parseDefinition('{"a":'.repeat(100_000)).diagnostics[0]?.code).toBe('TOO_DEEPLY_NESTED');
});

test('a state that stands twice in its States is an error', () => {
  const text = '{"States":{"P":{"Branches":[{"States":{"A":{},"A":{}}}]}}}';

  expect(parseDefinition(text).diagnostics).toEqual([
    {
      severity: 'ERROR',
      code: 'DUPLICATE_STATE_NAME',
      message: 'Duplicate State name: A',
      location: '/States/P/Branches[0]/States/A',
    },
  ]);
});

test('any other member that stands twice is a warning, and the last one counts', () => {
  const { definition, diagnostics } = parseDefinition('{"Comment":"a","Comment":"b"}');

  expect(definition).toEqual({ Comment: 'b' });
  expect(diagnostics).toEqual([
    { severity: 'WARNING', code: 'DUPLICATE_FIELD', message: "Duplicate field 'Comment'", location: '/Comment' },
  ]);
});
