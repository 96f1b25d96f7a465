import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COLLECTION_AND_DATE_EXPRESSIONS } from './collection-and-date-expressions.ts';
import { evaluateOurs, evaluateTheirs } from './evaluate.ts';
import { OPERATOR_EXPRESSIONS } from './operator-expressions.ts';
import { PATH_EXPRESSIONS } from './path-expressions.ts';
import { SHOP } from './shop.ts';
import { TEXT_AND_NUMBER_EXPRESSIONS } from './text-and-number-expressions.ts';

describe.each([
  ['paths', PATH_EXPRESSIONS],
  ['operators', OPERATOR_EXPRESSIONS],
  ['functions on texts and numbers', TEXT_AND_NUMBER_EXPRESSIONS],
  ['functions on collections and dates', COLLECTION_AND_DATE_EXPRESSIONS],
])('%s give what jsonata gives, or fail as it does', (_, expressions) => {
  test.each(expressions)('%s', async (expression) => {
    const theirs = await evaluateTheirs(expression, SHOP);

    const ours = evaluateOurs(expression, SHOP);

    // Where theirs fails with an error of JavaScript's, ours has one of JSONata's.
    const expected = 'error' in theirs && theirs.error === 'crash' ? { error: expect.any(String) } : theirs;
    expect(ours).toEqual(expected);
  });
});

const DOCUMENT = {
  a: 1,
  b: [1, 2, 3],
  c: { d: 'x', e: [{ f: 1 }, { f: [2, 3] }, { a: 'y' }] },
  g: [[1], [2, [3]]],
  h: null,
  i: [{ a: 3 }],
  j: [
    { a: 2, d: 'p' },
    { a: 1, d: 'q' },
    { a: 2, d: 'r' },
  ],
};

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j');
const literal = fc.constantFrom('0', '1', '2', '-1', '"x"', '""', 'true', 'false', 'null', '{}', '[1, 2]', '[[1]]');
const functionOfOne = fc.constantFrom('count', 'sum', 'string', 'boolean', 'not', 'exists', 'type', 'keys', 'reverse');
const functionOfMany = fc.constantFrom('append', 'lookup', 'zip', 'join', 'max', 'distinct', 'sort', 'spread', 'merge');
const operator = fc.constantFrom('+', '-', '*', '=', '!=', '<', '>=', '&', 'and', 'or', 'in', '..');

/**
 * Texts that parse, most of them: a tree of all that JSONata can nest, over names that DOCUMENT has. No empty arrays:
 * jsonata's object constructor writes into one that is its context value, and what follows depends on that.
 */
const { expression } = fc.letrec<{ expression: string; step: string }>((tie) => {
  const inner = tie('expression');
  const step = tie('step');
  return {
    step: fc.oneof(
      { weight: 6, arbitrary: name },
      fc.constantFrom('$', '**'),
      fc.tuple(name, fc.constantFrom('0', '-1', '1')).map(([n, i]) => `${n}[${i}]`),
      fc.tuple(name, inner).map(([n, e]) => `${n}[${e}]`),
      name.map((n) => `${n}[]`),
      inner.map((e) => `(${e})`),
      fc.tuple(inner, inner).map(([e, f]) => `{"k": ${e}, "l": ${f}}`),
      inner.map((e) => `[1, ${e}]`),
      fc.tuple(functionOfOne, inner).map(([f, e]) => `$${f}(${e})`),
      functionOfOne.map((f) => `$${f}()`),
    ),
    expression: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      literal,
      { weight: 4, arbitrary: fc.array(step, { minLength: 1, maxLength: 4 }).map((steps) => steps.join('.')) },
      fc.tuple(inner, operator, inner).map(([l, o, r]) => (o === '..' ? `[9, ${l}..${r}]` : `(${l} ${o} ${r})`)),
      fc.tuple(inner, inner, inner).map(([c, t, e]) => `(${c} ? ${t} : ${e})`),
      fc.tuple(inner, inner).map(([e, p]) => `(${e})[${p}]`),
      fc.tuple(functionOfMany, inner, inner).map(([f, a, b]) => `$${f}(${a}, ${b})`),
      fc.tuple(inner, inner).map(([v, e]) => `($v := ${v}; ${e} & $v)`),
      fc.tuple(inner, inner).map(([e, b]) => `$map(${e}, function($x){ $x ~> $append(${b}) })`),
      fc.tuple(inner, inner).map(([e, p]) => `$filter(${e}, function($x, $i){ $boolean(${p}) })`),
      fc.tuple(step, step, inner).map(([s, t, e]) => `${s}^(${t}).{"s": ${e}}`),
      fc.tuple(step, name, inner).map(([s, n, e]) => `${s}{$string(${n}): ${e}}`),
      fc.tuple(name, name, inner).map(([m, n, e]) => `${m}#$i.${n}.{"i": $i, "e": ${e}}`),
      fc.tuple(name, name, name).map(([m, n, o]) => `${m}.${n}.{"p": %.${o}}`),
      fc.tuple(inner, inner).map(([e, f]) => `{"c": {"y": ${e}}} ~> |c|{"z": ${f}}|`),
    ),
  };
});

test('a generated expression gives what jsonata gives, or fails as it does', async () => {
  await fc.assert(
    fc.asyncProperty(expression, async (text) => {
      const theirs = await evaluateTheirs(text, DOCUMENT);

      const ours = evaluateOurs(text, DOCUMENT);

      // Theirs evaluates an object's members at once, so which of two errors it gives is a matter of chance; and where
      // it fails with an error of JavaScript's, ours may know better.
      if ('error' in theirs) expect(theirs.error === 'crash' || 'error' in ours).toBe(true);
      else expect(ours).toEqual(theirs);
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 1_000) },
  );
});
