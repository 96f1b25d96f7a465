import { expect, test } from 'vitest';
import { payloadProblem } from '../../../api/json-text.ts';

test.each(['{}', ' [1, 2] ', '"text"', 'null', '2', `"${'x'.repeat(262_142)}"`])('%.20s is a payload', (text) => {
  expect(payloadProblem(text, 'output')).toBeUndefined();
});

test.each(['', ' \n'])('%j is none, without a reason', (text) => {
  expect(payloadProblem(text, 'execution input')).toBe('Invalid execution input.');
});

test('the parser says why a text is no JSON', () => {
  expect(payloadProblem('{"a" 1}', 'output')).toContain('was expecting a colon to separate field name and value');
});

test('a payload has at most 262,144 bytes, however few its characters', () => {
  const text = `"${'é'.repeat(131_072)}"`;

  expect(payloadProblem(text, 'output')).toBe('The output exceeds the maximum number of bytes allowed (262144)');
});

test('a payload nests at most 1,000 deep', () => {
  expect(payloadProblem('['.repeat(1_000) + ']'.repeat(1_000), 'output')).toBeUndefined();
  expect(payloadProblem('['.repeat(1_001) + ']'.repeat(1_001), 'output')).toContain('nesting depth');
});
