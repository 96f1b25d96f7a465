import { describe, expect, test } from 'vitest';
import { JsonataSyntaxError } from '../../../../../core/query/jsonata/syntax.ts';
import { jsonataReferences } from '../../../../../core/query/jsonata.ts';

describe('variables are those an expression reads and does not bind', () => {
  test.each([
    ['$a + $b.c[$d > 1] & $a', ['a', 'b', 'd']],
    ['($x := $y; $x + $z)', ['y', 'z']],
    ['$x := $x + 1', ['x']],
    ['(($x := 1); $x)', ['x']],
    ['function($p) { $p + $q }($r)', ['q', 'r']],
    ['a@$f.b#$i[$i = $n].{"k": $f.z, "v": $m}', ['n', 'm']],
    ['$map($items, $f)', ['items', 'f']],
    ['$states.input.a.($b)', ['b']],
    ['|$a|{"b": $c}, $d|', ['a', 'c', 'd']],
    ['$sum($states.input) + $count($list)', ['list']],
    ['x^($key){$g: $v}', ['key', 'g', 'v']],
    ['$ + $$', []],
  ])('%s', (expression, variables) => {
    expect(jsonataReferences(expression).variables).toEqual(variables);
  });
});

test('the members of $states it reads are told, each once', () => {
  const { statesFields } = jsonataReferences(
    '$states.input.a & $states.result & $states.input.b & $x[$states.errorOutput]',
  );

  expect(statesFields).toEqual(['input', 'result', 'errorOutput']);
});

test('functions it calls are told, known or not, but not those it binds', () => {
  const { functions } = jsonataReferences('($f := function() { $eval("1") }; $f() & $sum([$nope(?)]))');

  expect(functions).toEqual(['eval', 'sum', 'nope']);
});

describe('a context value is missed where nothing gives one', () => {
  test.each([
    ['$', ['$']],
    ['$.a', ['$']],
    ['$$.a', ['$$']],
    ['$x[$ > 1]', []],
    ['$x.($ + 1)', []],
    ['$x.{"a": $}', []],
    ['$x.a[$$ = 1]', ['$$']],
    ['$count($)', ['$']],
    ['$x ~> |$|{"a": $}|', []],
  ])('%s', (expression, rootContexts) => {
    expect(jsonataReferences(expression).rootContexts).toEqual(rootContexts);
  });
});

test.each([500, 3_000, 50_000])('of a sum of %i terms, which cannot be run, nothing is told', (terms) => {
  expect(() => jsonataReferences(`1${'+1'.repeat(terms)}`)).toThrow(JsonataSyntaxError);
});
