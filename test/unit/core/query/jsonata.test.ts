import { describe, expect, test } from 'vitest';
import type { Json } from '../../../../core/json.ts';
import { JsonataSyntaxError } from '../../../../core/query/jsonata/syntax.ts';
import {
  compileJsonata,
  compileJsonataTemplate,
  isJsonataExpression,
  jsonataText,
} from '../../../../core/query/jsonata.ts';
import type { QueryScope } from '../../../../core/query/query-scope.ts';
import { StatesError } from '../../../../core/states-error.ts';
import { scopeOf } from './jsonata/evaluate.ts';

function errorOf(template: Json, field: string, scope: Partial<QueryScope> = {}): StatesError {
  try {
    compileJsonataTemplate(template, field)(scopeOf(scope));
  } catch (error) {
    if (error instanceof StatesError) return error;
    throw error;
  }
  throw new Error('it gave a value');
}

test('only a string with nothing outside its delimiters is an expression', () => {
  expect(['{%%}', '{% 1 %}', '{%1%}'].every(isJsonataExpression)).toBe(true);
  expect(['{%}', ' {% 1 %}', '{% 1 %} ', '$states', ''].some(isJsonataExpression)).toBe(false);
});

test('the text of an expression is without delimiters and the space beside them', () => {
  expect(jsonataText('{%  $a & " x "  %}')).toBe('$a & " x "');
});

describe('$states', () => {
  const scope = { input: { a: [1] }, context: () => ({ Execution: { Name: 'e' } }) };

  test('has input and context', () => {
    expect(compileJsonata('$states')(scopeOf(scope))).toEqual({
      input: { a: [1] },
      context: { Execution: { Name: 'e' } },
    });
  });

  test('has result and errorOutput where the state has them', () => {
    const full = scopeOf({ ...scope, result: null, errorOutput: { Error: 'E' } });

    expect(compileJsonata('$keys($states)')(full)).toEqual(['input', 'context', 'result', 'errorOutput']);
    expect(compileJsonata('$states.errorOutput.Error')(full)).toBe('E');
    expect(compileJsonata('$states.result')(full)).toBeNull();
  });

  test('gives the input itself, not a copy', () => {
    expect(compileJsonata('$states.input')(scopeOf(scope))).toBe(scope.input);
    expect(compileJsonata('$states.input.a')(scopeOf(scope))).toBe(scope.input.a);
  });

  test('does not build a context that is not asked for', () => {
    const context = (): Json => {
      throw new Error('asked for');
    };

    expect(compileJsonata('$states.input.a[0]')(scopeOf({ ...scope, context }))).toBe(1);
  });
});

describe('variables', () => {
  const variables: { [name: string]: Json } = { list: [{ n: 1 }, { n: 2 }], nil: null, sum: 'mine' };
  const scope = scopeOf({ variable: (name) => variables[name] });

  test.each([
    ['$list.n', [1, 2]],
    ['$list[0].n', 1],
    ['$nil', null],
    ['$missing', undefined],
    ['($list := 5; $list)', 5],
    ['$sum', 'mine'],
  ])('%s', (expression, expected) => {
    expect(compileJsonata(expression)(scope)).toEqual(expected);
  });

  test('there is no context value at the top, so that fields without $ find nothing', () => {
    expect([compileJsonata('list')(scope), compileJsonata('$')(scope), compileJsonata('$$')(scope)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('a result is plain JSON', () => {
  const scope = scopeOf({ input: { list: [{ n: 1 }, { n: 2 }], numbers: [1, 2, 3] } });

  test.each([
    '$states.input.list.n',
    '{"n": $states.input.list.n, "o": {"m": $states.input.list.n}}',
    '$map($states.input.numbers, function($n) { $n })',
    '[[1..3]]',
    '$states.input.[list.n]',
    '$states.input.list.[n]',
  ])('%s has no marks on its arrays', (expression) => {
    const marked: string[] = [];
    const look = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      if (Array.isArray(value)) marked.push(...Object.keys(value).filter((key) => !/^\d+$/.test(key)));
      for (const member of Object.values(value)) look(member);
    };

    look(compileJsonata(expression)(scope));

    expect(marked).toEqual([]);
  });

  test('members that are undefined are left out', () => {
    expect(compileJsonata('{"a": $missing, "b": [$missing], "c": {"d": $missing}}')(scope)).toEqual({ b: [], c: {} });
  });

  test('a member called __proto__ is a member', () => {
    const result = compileJsonata('{"__proto__": 1, "a": 2}')(scope);

    expect(JSON.stringify(result)).toBe('{"__proto__":1,"a":2}');
  });

  test.each([
    '1 / 0',
    '0 / 0',
    '[1, 1 / 0]',
    '{"a": -1 / 0}',
    '$sum',
    '[$sum]',
    '{"f": function($x) { $x }}',
    '$number("0xg 0b1")',
  ])('%s is no JSON, and so an error', (expression) => {
    expect(() => compileJsonata(expression)(scope)).toThrow('States.QueryEvaluationError');
  });

  test('what an expression changes is a copy', () => {
    const input = { a: { b: 1 } };

    const result = compileJsonata('$states.input ~> |a|{"b": 2}|')(scopeOf({ input }));

    expect(result).toEqual({ a: { b: 2 } });
    expect(input).toEqual({ a: { b: 1 } });
  });

  test('a transform cannot write to data outside its copy', () => {
    const input = { a: { b: 1 } };

    compileJsonata('{} ~> |$states.input.a|{"b": 2}, "b"|')(scopeOf({ input }));

    expect(input).toEqual({ a: { b: 1 } });
  });
});

describe('a template', () => {
  test('an expression in a list may give null', () => {
    expect(compileJsonataTemplate(['{% null %}', 1], 'Output')(scopeOf())).toEqual([null, 1]);
  });

  test('evaluates expressions wherever they stand and keeps all else', () => {
    const template = { a: '{% $states.input.x %}', b: ['{% 1 + 1 %}', ' {% 1 %}', 3], c: { d: null }, '{% k %}': true };

    const result = compileJsonataTemplate(template, 'Output')(scopeOf({ input: { x: 'y' } }));

    expect(result).toEqual({ a: 'y', b: [2, ' {% 1 %}', 3], c: { d: null }, '{% k %}': true });
  });

  test.each<Json>([{ a: [1, { b: '$states' }] }, 'text', 5, null])(
    '%j without expressions is given as it is',
    (template) => {
      expect(compileJsonataTemplate(template, 'Output')(scopeOf())).toBe(template);
    },
  );

  test('parts without expressions are not copied', () => {
    const constant = { big: [1, 2, 3] };

    const result = compileJsonataTemplate({ a: '{% 1 %}', constant }, 'Output')(scopeOf());

    expect(result).toHaveProperty('constant', constant);
  });
});

describe('errors say what AWS says', () => {
  test('where an expression finds nothing', () => {
    const error = errorOf({ result: '{% $doesNotExist %}' }, 'Output');

    expect([error.error, error.reason, error.location]).toEqual([
      'States.QueryEvaluationError',
      "The JSONata expression '$doesNotExist' specified for the field 'Output/result' returned nothing (undefined).",
      'Output/result',
    ]);
  });

  test('where an expression fails', () => {
    const error = errorOf({ FunctionResult: '{% $randomSeeded($states.input.fst) %}' }, 'Output');

    expect(error.reason).toBe(
      "The JSONata expression '$randomSeeded($states.input.fst)' specified for the field 'Output/FunctionResult' threw an error during evaluation. T1006: Attempted to invoke a non-function",
    );
  });

  test.each([
    ['1 + "a"', 'T2002: The right side of the "+" operator must evaluate to a number'],
    ['$abs("x")', 'T0410: Argument 1 of function "abs" does not match function signature'],
    ['$map([1], function($x) { $abs("x") })', 'T0410: Argument 1 of function "abs" does not match function signature'],
    ['$sum(["a"])', 'T0412: Argument 1 of function "sum" must be an array of "numbers"'],
    ['$error("boom")', 'D3137: boom'],
    ['1 < "2"', 'T2009: The values 1 and "2" either side of operator "<" must be of the same data type'],
    ['1 / 0', 'D1001: Number out of range: Infinity'],
    ['$number("x")', 'D3030: Unable to cast value to a number: "x"'],
    ['-"a"', 'D1002: Cannot negate a non-numeric value: "a"'],
  ])('%s', (expression, text) => {
    expect(errorOf(`{% ${expression} %}`, 'Output').reason).toBe(
      `The JSONata expression '${expression}' specified for the field 'Output' threw an error during evaluation. ${text}`,
    );
  });

  test('naming items of an array by their index', () => {
    expect(errorOf({ list: [1, '{% $nothing %}'] }, 'Arguments').location).toBe('Arguments/list[1]');
  });
});

describe('a text that is no expression is refused when compiled', () => {
  test.each([
    ['1 +', 'Unexpected end of expression', 3],
    ['$a[1', 'Expected "]" before end of expression', 4],
    ['"open', 'String literal must be terminated by a matching quote', 5],
    ['/(/', 'No terminating / in regular expression', 3],
    ['%.a', "The object representing the 'parent' cannot be derived from this expression", 0],
    ['', 'Unexpected end of expression', 0],
  ])('%s', (expression, message, position) => {
    let thrown: unknown;
    try {
      compileJsonata(expression);
    } catch (error) {
      thrown = error;
    }

    expect(thrown).toBeInstanceOf(JsonataSyntaxError);
    expect(thrown).toMatchObject({ message, position });
  });

  test.each([
    ['deep brackets', `${'('.repeat(100_000)}1`],
    ['deep brackets that are closed', `${'['.repeat(5_000)}1${']'.repeat(5_000)}`],
    ['a long chain of signs', `${'- '.repeat(20_000)}1`],
    ['a long sum', `1${'+1'.repeat(50_000)}`],
    ['nested defaults, which a parser copies', `${'('.repeat(40)}a${' ?: 1)'.repeat(40)}`],
    ['a broken pattern', '/a**b/'],
  ])('%s', (_, expression) => {
    expect(() => compileJsonata(expression)).toThrow(JsonataSyntaxError);
  });
});
