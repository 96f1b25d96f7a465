import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../../../core/json.ts';
import { PathSyntaxError } from '../../../../core/query/path-syntax-error.ts';
import { compileReferencePath } from '../../../../core/query/reference-path.ts';

test.each<[string, Json, Json]>([
  ['$', { a: 1 }, 'new'],
  ['$.b', { a: 1 }, { a: 1, b: 'new' }],
  ['$.a', { a: 1 }, { a: 'new' }],
  ['$.a.b.c', {}, { a: { b: { c: 'new' } } }],
  ['$.a.b', { a: { x: 1 } }, { a: { x: 1, b: 'new' } }],
  ["$['a b'].c", {}, { 'a b': { c: 'new' } }],
  ['$.a[1]', { a: [1, 2] }, { a: [1, 'new'] }],
  ['$.a[-1]', { a: [1, 2] }, { a: [1, 'new'] }],
  ['$.a[0].b', { a: [{}] }, { a: [{ b: 'new' }] }],
  ['$[0]', [1], ['new']],
])('%s of %j becomes %j', (path, root, expected) => {
  expect(compileReferencePath(path).set(root, 'new')).toEqual(expected);
});

test.each<[string, Json]>([
  ['$.a', 'text'],
  ['$.a', [1]],
  ['$.a.b', { a: 1 }],
  ['$.a.b', { a: null }],
  ['$.a[0]', { a: {} }],
  ['$.a[0]', {}],
  ['$.a[2]', { a: [1, 2] }],
])('%s does not fit %j', (path, root) => {
  expect(() => compileReferencePath(path).set(root, 1)).toThrow(
    expect.objectContaining({
      error: 'States.ResultPathMatchFailure',
      reason: `Unable to apply ReferencePath ${path} to input ${JSON.stringify(root)}`,
    }),
  );
});

test('what came in is not changed, and what lies off the path is shared', () => {
  const root = { kept: { x: 1 }, changed: { y: 2 } };

  const written = compileReferencePath('$.changed.z').set(root, 3);

  expect(root).toEqual({ kept: { x: 1 }, changed: { y: 2 } });
  expect(written).toHaveProperty('kept', root.kept);
});

test('__proto__ is a member like any other', () => {
  const written = compileReferencePath('$.__proto__.x').set({}, 1);

  expect(JSON.stringify(written)).toBe('{"__proto__":{"x":1}}');
});

test.each(['$.a[*]', '$..a', '$.a[0:1]', '$$.a', '$name', 'a', "$['a','b']"])('%s is refused', (path) => {
  expect(() => compileReferencePath(path)).toThrow(PathSyntaxError);
});

test('what was written can be found again', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 5 }), fc.json(), (names, json) => {
      const value: Json = JSON.parse(json);

      let found: unknown = compileReferencePath(`$.${names.join('.')}`).set({}, value);
      for (const name of names) found = (found as { [name: string]: unknown })[name]; // an object was just made there

      expect(found).toEqual(value);
    }),
  );
});
