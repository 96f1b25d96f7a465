import { expect, test } from 'vitest';
import type { Json } from '../../../../core/json.ts';
import { PathSyntaxError } from '../../../../core/query/path-syntax-error.ts';
import { compilePayloadTemplate } from '../../../../core/query/payload-template.ts';
import type { QueryScope } from '../../../../core/query/query-scope.ts';

function setup(input: Json): QueryScope {
  return {
    input,
    result: undefined,
    errorOutput: undefined,
    context: () => ({ Task: { Token: 'token-1' } }),
    variable: (name) => (name === 'tenant' ? 'acme' : undefined),
    host: { random: () => 0, uuid: () => 'uuid-1', hash: () => '' },
    nowMs: 0,
  };
}

test('keys ending in .$ are replaced by what their paths and calls find', () => {
  const query = compilePayloadTemplate({
    constant: '$.id',
    'id.$': '$.id',
    'token.$': '$$.Task.Token',
    'tenant.$': '$tenant',
    'greeting.$': "States.Format('Hello {}', $.name)",
    nested: { list: [{ 'id.$': '$.id' }, 'text', [{ 'name.$': '$.name' }]] },
  });

  expect(query(setup({ id: 7, name: 'Ada' }))).toEqual({
    constant: '$.id',
    id: 7,
    token: 'token-1',
    tenant: 'acme',
    greeting: 'Hello Ada',
    nested: { list: [{ id: 7 }, 'text', [{ name: 'Ada' }]] },
  });
});

test('a template without paths is given as it is, not copied', () => {
  const template = { a: [{ b: 1 }] };

  expect(compilePayloadTemplate(template)(setup(null))).toBe(template);
});

test('constant parts of a template are shared', () => {
  const constant = { b: [1] };

  expect(compilePayloadTemplate({ constant, 'x.$': '$' })(setup(1))).toHaveProperty('constant', constant);
});

test('a path is found for the key that stands for it, and of a doubled key the last counts', () => {
  expect(compilePayloadTemplate({ a: 1, 'a.$': '$.x' })(setup({ x: 2 }))).toEqual({ a: 2 });
  expect(compilePayloadTemplate({ 'a.$': '$.x', a: 1 })(setup({ x: 2 }))).toEqual({ a: 1 });
});

test('__proto__ is a key like any other', () => {
  const query = compilePayloadTemplate(JSON.parse('{"__proto__.$":"$.x","y":1}'));

  expect(JSON.stringify(query(setup({ x: 2 })))).toBe('{"__proto__":2,"y":1}');
});

test('a path that finds nothing fails, naming the key it stands under', () => {
  const query = compilePayloadTemplate({ outer: { 'value.$': '$.nope' } });

  expect(() => query(setup({}))).toThrow(
    expect.objectContaining({
      error: 'States.Runtime',
      reason: "The JSONPath '$.nope' specified for the field 'value.$' could not be found in the input '{}'",
    }),
  );
});

test.each<[string, Json]>([
  ['no path', { 'a.$': 'text' }],
  ['no text', { 'a.$': 1 }],
  ['an unknown function', { 'a.$': 'States.Nope()' }],
])('a key ending in .$ with %s is refused', (_, template) => {
  expect(() => compilePayloadTemplate(template)).toThrow(PathSyntaxError);
});
