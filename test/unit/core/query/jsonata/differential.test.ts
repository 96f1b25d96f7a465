import { describe, expect, test } from 'vitest';
import { evaluateOurs, evaluateTheirs } from './evaluate.ts';
import { FUNCTION_EXPRESSIONS } from './function-expressions.ts';
import { OPERATOR_EXPRESSIONS } from './operator-expressions.ts';
import { PATH_EXPRESSIONS } from './path-expressions.ts';
import { SHOP } from './shop.ts';

describe.each([
  ['paths', PATH_EXPRESSIONS],
  ['operators', OPERATOR_EXPRESSIONS],
  ['functions', FUNCTION_EXPRESSIONS],
])('%s give what jsonata gives, or fail as it does', (_, expressions) => {
  test.each(expressions)('%s', async (expression) => {
    const theirs = await evaluateTheirs(expression, SHOP);

    const ours = evaluateOurs(expression, SHOP);

    // Where theirs fails with an error of JavaScript's, ours has one of JSONata's.
    const expected = 'error' in theirs && theirs.error === 'crash' ? { error: expect.any(String) } : theirs;
    expect(ours).toEqual(expected);
  });
});
