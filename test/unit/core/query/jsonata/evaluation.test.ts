import { describe, expect, test } from 'vitest';
import type { Json } from '../../../../../core/json.ts';
import { compileJsonata } from '../../../../../core/query/jsonata.ts';
import { StatesError } from '../../../../../core/states-error.ts';
import { scopeOf } from './evaluate.ts';

function reasonOf(expression: string, input: Json = {}): string {
  try {
    compileJsonata(expression)(scopeOf({ input }));
    return 'no error';
  } catch (error) {
    if (!(error instanceof StatesError)) throw error;
    expect(error.error).toBe('States.QueryEvaluationError');
    return error.reason;
  }
}

const ITEMS = { items: Array.from({ length: 3_000 }, (_, id) => ({ id })) };

describe('an expression without end is stopped', () => {
  test.each([
    ['a tail call for ever', '($f := function($n) { $f($n + 1) }; $f(0))', 'B0001'],
    ['two functions that call each other', '($f := function() { $g() }; $g := function() { $f() }; $f())', 'B0001'],
    ['recursion that is no tail call', '($f := function($n) { 1 + $f($n + 1) }; $f(0))', 'D1011'],
    ['recursion deep within an expression', '($f := function($n) { [[{"a": (1 + -($f($n)))}]].a[0] }; $f(0))', 'D1011'],
    ['recursion through a higher order function', '($f := function($n) { $map([1], $f) & "" }; $f(0))', 'D1011'],
    ['recursion through a predicate', '($f := function($n) { [1, 2][$f($n) > 0][0] }; $f(0))', 'D1011'],
    ['recursion through an order', '($f := function($n) { [1, 2]^($f($n)) & "" }; $f(0))', 'D1011'],
    ['recursion through a partial application', '($f := function($n) { 1 + $f(?)($n) }; $f(0))', 'D1011'],
    ['recursion through a regular expression', '($f := function($m) { $replace("a", /a/, $f) & "" }; $f(0))', 'D1011'],
    ['a function that doubles its calls', '($f := function($n) { $f($n) + $f($n) }; $f(0))', 'D1011'],
  ])('%s', (_, expression, code) => {
    expect(reasonOf(expression)).toMatch(new RegExp(`^${code}`));
  });
});

describe('an expression that explodes is stopped', () => {
  test.each([
    ['a range of ten million', '[1..1e7]', 'D2014'],
    ['a range by function', '$range(1, 1e9, 1)', 'D2015'],
    ['padding to a billion', '$pad("x", 1e9)', 'B0003'],
    ['padding on the left', '$pad("x", -1e9, "abc")', 'B0003'],
    ['a text that doubles', '$reduce([1..60], function($a) { $a & $a }, "xxxxxxxx") ', 'D3050'],
    ['a text that doubles, of two arguments', '$reduce([1..60], function($a, $b) { $a & $a }, "xxxxxxxx")', 'B0003'],
    ['a text that doubles by joining', '$reduce([1..60], function($a, $b) { $join([$a, $a]) }, "xxxxxxxx")', 'B0003'],
    [
      'a text that doubles by replacing',
      '$reduce([1..60], function($a, $b) { $replace($a, "x", "xx") }, "x")',
      'B0003',
    ],
    ['an array that doubles', '$reduce([1..60], function($a, $b) { [$a, $a] }, [1])', 'D2015'],
    ['an array that doubles by appending', '$reduce([1..60], function($a, $b) { $append($a, $a) }, [1])', 'D2015'],
    [
      'an object whose members double, as a result',
      '$reduce([1..60], function($a, $b) { {"x": $a, "y": $a} }, 1)',
      'B0001',
    ],
    ['the same as a text', '$string($reduce([1..60], function($a, $b) { {"x": $a, "y": $a} }, 1))', 'B0003'],
    [
      'the same compared',
      '($d := function() { $reduce([1..60], function($a, $b) { {"x": $a, "y": $a} }, 1) }; $d() = $d())',
      'B0001',
    ],
    ['the same copied', '$count($reduce([1..60], function($a, $b) { {"x": $a, "y": $a} }, 1) ~> |$|{}|)', 'B0001'],
    ['all that is below it', '$count($reduce([1..60], function($a, $b) { {"x": $a, "y": $a} }, 1).**)', 'B0001'],
    ['a value nested without end', '$reduce([1..100000], function($a, $b) { {"x": $a} }, 1)', 'B0004'],
    ['such a value as a text', '$string($reduce([1..5000], function($a, $b) { [[$a]] }, 1))', 'B0004'],
    ['every item with every other', '$count($states.input.items.$states.input.items.id)', 'B0001'],
    [
      'an array copied again and again',
      '$count($reduce([1..20000], function($a, $b) { $append($a, $b) }, []))',
      'B0002',
    ],
    ['a Roman number of a googol', '$formatInteger(1e100, "I")', 'B0003'],
    ['a year of a billion digits', '$now("[Y,1000000000]")', 'B0006'],
    ['a number of a thousand places', '$formatNumber(1, $pad("0.", 1000, "0"))', 'D1001'],
  ])('%s', (_, expression, code) => {
    expect(reasonOf(expression, ITEMS)).toMatch(new RegExp(`^${code}`));
  });
});

test('a large but reasonable expression is not stopped', () => {
  const expression =
    '$sum($map($states.input.items, function($a) { $count($states.input.items[id = $a.id]) })[[0..999]])';

  const result = compileJsonata(expression)(scopeOf({ input: { items: ITEMS.items.slice(0, 1_000) } }));

  expect(result).toBe(1_000);
});

test('the budget is each evaluation’s own', () => {
  const query = compileJsonata('$sum([1..500000])');

  const results = [1, 2, 3, 4, 5, 6, 7, 8].map(() => query(scopeOf()));

  expect(new Set(results)).toEqual(new Set([125_000_250_000]));
});

test('the same expression is stopped at the same step each time', () => {
  // The host's numbers tell how far the expression came.
  const drawn = [1, 2].map(() => {
    let count = 0;
    const host = { ...scopeOf().host, random: () => ++count };
    expect(() => compileJsonata('($f := function() { ($random(); $f()) }; $f())')(scopeOf({ host }))).toThrow('B0001');
    return count;
  });

  expect(drawn[0]).toBe(drawn[1]);
});

describe('time and randomness come from the scope alone', () => {
  test.each([
    '$now()',
    '$millis()',
    '$random()',
    '$uuid()',
    '$shuffle([1..20])',
    '[$random(), $uuid(), $now("[H]:[m]")]',
  ])('%s gives the same when evaluated again with the same host', (expression) => {
    const query = compileJsonata(expression);

    const [first, second] = [query(scopeOf()), query(scopeOf())];

    expect(first).toEqual(second);
    expect(first).not.toBeUndefined();
  });

  test('the time is the same throughout an evaluation', () => {
    expect(compileJsonata('$millis() = $millis() and $toMillis($now()) = $millis()')(scopeOf())).toBe(true);
  });

  test('the time is the scope’s', () => {
    expect(compileJsonata('[$now(), $millis()]')(scopeOf({ nowMs: 86_400_000 }))).toEqual([
      '1970-01-02T00:00:00.000Z',
      86_400_000,
    ]);
  });

  test('shuffling keeps every item and draws from the host', () => {
    let draws = 0;
    const host = { ...scopeOf().host, random: () => (draws++ * 0.37) % 1 };

    const shuffled = compileJsonata('$shuffle([1..50])')(scopeOf({ host }));

    expect(draws).toBe(50);
    expect(new Set(Array.isArray(shuffled) ? shuffled : [])).toEqual(
      new Set(Array.from({ length: 50 }, (_, i) => i + 1)),
    );
  });
});
