import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../../../core/host.ts';
import type { Json } from '../../../../core/json.ts';
import { compilePathExpression, expressionVariables } from '../../../../core/query/path-expression.ts';
import { PathSyntaxError } from '../../../../core/query/path-syntax-error.ts';
import { StatesError } from '../../../../core/states-error.ts';

const HOST: Host = {
  random: () => 0.5,
  uuid: () => 'ca4c1140-dcc1-40cd-ad05-7b4aa23df4a8',
  hash: (algorithm, text) => `${algorithm} of ${text}`,
};

function evaluate(text: string, input: Json = {}, host: Host = HOST): Json {
  return compilePathExpression(
    text,
    'x.$',
  )({
    input,
    result: undefined,
    errorOutput: undefined,
    context: () => ({ Execution: { Name: 'run-7' } }),
    variable: (name) => (name === 'list' ? [1, 2, 3] : undefined),
    host,
    nowMs: 0,
  });
}

describe('each function', () => {
  test.each<[string, Json, Json]>([
    ["States.Format('Hello {}, you are {}', $.name, 7)", { name: 'Ada' }, 'Hello Ada, you are 7'],
    ["States.Format('{} {} {}', null, true, 1.5)", {}, 'null true 1.5'],
    ['States.Format($.template, $.name)', { template: 'Hi {}!', name: 'Bo' }, 'Hi Bo!'],
    ["States.Format('\\{\\} is {}', 'x')", {}, '{} is x'],
    ["States.Format('it\\'s \\\\ {}', 'x')", {}, "it's \\ x"],
    ['States.Format(\'{"name": "{}"}\', $.name)', { name: 'Ada' }, '{"name": "Ada"}'],
    ['States.StringToJson($.text)', { text: '{"a": [1, null]}' }, { a: [1, null] }],
    ['States.StringToJson($.text)', { text: ' ' }, null],
    ['States.JsonToString($.a)', { a: { b: [1, 'x'] } }, '{"b":[1,"x"]}'],
    ['States.Array()', {}, []],
    ["States.Array('a', 1, $.x, States.Array(true))", { x: { y: 1 } }, ['a', 1, { y: 1 }, [true]]],
    ['States.ArrayPartition($list, 2)', {}, [[1, 2], [3]]],
    ['States.ArrayPartition($list, 1.5)', {}, [[1, 2], [3]]],
    ['States.ArrayContains($.a, $.b)', { a: [1, { x: 1, y: [2] }], b: { y: [2], x: 1 } }, true],
    ['States.ArrayContains($.a, $.b)', { a: [1, '2'], b: 2 }, false],
    ['States.ArrayRange(1, 9, 2)', {}, [1, 3, 5, 7, 9]],
    ['States.ArrayRange(9, 1, -4)', {}, [9, 5, 1]],
    ['States.ArrayRange(2, 1, 1)', {}, []],
    ['States.ArrayGetItem($list, 1)', {}, 2],
    ['States.ArrayLength($list)', {}, 3],
    [
      'States.ArrayUnique($)',
      [1, '1', 1, null, null, { a: 1, b: 2 }, { b: 2, a: 1 }, [['a', 1]], { a: 1 }],
      [1, '1', null, { a: 1, b: 2 }, [['a', 1]], { a: 1 }],
    ],
    ['States.Base64Encode($.x)', { x: 'Daten für 🆗' }, 'RGF0ZW4gZsO8ciDwn4aX'],
    ['States.Base64Decode($.x)', { x: 'RGF0ZW4gZsO8ciDwn4aX' }, 'Daten für 🆗'],
    ["States.Hash($.x, 'SHA-256')", { x: 'data' }, 'SHA-256 of data'],
    ['States.JsonMerge($.a, $.b, false)', { a: { x: { p: 1 }, y: 2 }, b: { x: { q: 1 } } }, { x: { q: 1 }, y: 2 }],
    ['States.MathAdd(111, -1)', {}, 110],
    ['States.MathAdd(-1.5, 2.5)', {}, 2],
    ['States.MathRandom(10, 20)', {}, 15],
    ["States.StringSplit('This.is+a,test', '.+,')", {}, ['This', 'is', 'a', 'test']],
    ["States.StringSplit(',,a,,b,', ',')", {}, ['a', 'b']],
    ['States.UUID()', {}, HOST.uuid()],
  ])('%s of %j is %j', (text, input, expected) => {
    expect(evaluate(text, input)).toEqual(expected);
  });
});

describe('arguments', () => {
  test('may be paths with commas, brackets and quotes of their own', () => {
    const text = "States.Array( $.list[?(@.n == 'a, (b')].n , $$.Execution.Name, $['x, y'] )";

    expect(evaluate(text, { list: [{ n: 'a, (b' }], 'x, y': 1 })).toEqual([['a, (b'], 'run-7', 1]);
  });

  test('may be calls, ten deep and no deeper', () => {
    const calls = (depth: number): string => `${'States.Array('.repeat(depth)}${')'.repeat(depth)}`;

    expect(JSON.stringify(evaluate(calls(10)))).toBe('[[[[[[[[[[]]]]]]]]]]');
    expect(() => evaluate(calls(11))).toThrow(PathSyntaxError);
  });
});

describe('a call that fails', () => {
  test('quotes the whole field and the input where an argument is not found', () => {
    const text = "States.Array(1, States.Format('{}', $.nope))";

    expect(() => evaluate(text, { a: 1 })).toThrow(
      expect.objectContaining({
        error: 'States.Runtime',
        reason: `The function '${text}' had the following error: The JsonPath argument for the field '$.nope' could not be found in the input '{"a":1}'`,
      }),
    );
  });

  test.each([
    "States.Format('{} {}', 1)",
    "States.Format('{}', $list)",
    "States.StringToJson('x')",
    'States.StringToJson(1)',
    'States.ArrayPartition($list, 0)',
    "States.ArrayPartition('a', 1)",
    'States.ArrayRange(1, 2, 0)',
    'States.ArrayRange(1, 1001, 1)',
    'States.ArrayGetItem($list, 3)',
    'States.ArrayGetItem($list, -1)',
    'States.ArrayLength(1)',
    "States.Base64Decode('?')",
    "States.Hash('x', 'SHA-3')",
    "States.JsonMerge(States.StringToJson('\\{\\}'), States.StringToJson('\\{\\}'), true)",
    'States.MathRandom(2, 1)',
    "States.MathAdd('1', 2)",
    'States.UUID(1)',
    'States.ArrayLength()',
  ])('%s fails with States.IntrinsicFailure', (text) => {
    expect(() => evaluate(text)).toThrow(expect.objectContaining({ error: 'States.IntrinsicFailure' }));
  });

  test('JSON in a text may not nest deeper than payloads may', () => {
    expect(() => evaluate('States.StringToJson($)', '['.repeat(100_000))).toThrow(StatesError);
  });
});

describe('randomness', () => {
  test('MathRandom with a seed draws the same number on any host', () => {
    const draw = (random: number): Json =>
      evaluate('States.MathRandom(1, 1000000, 42)', {}, { ...HOST, random: () => random });

    expect(draw(0.1)).toBe(draw(0.9));
  });

  test('MathRandom stays within its bounds, the end left out', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer(),
        (start, size, seed) => {
          const drawn = Number(evaluate(`States.MathRandom(${start}, ${start + size}, ${seed})`));

          expect(drawn).toBeGreaterThanOrEqual(start);
          expect(drawn).toBeLessThan(start + size);
        },
      ),
    );
  });
});

test('base64 gives back any text of whole characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const encoded = evaluate('States.Base64Encode($)', text);

      expect(encoded).toBe(Buffer.from(text, 'utf8').toString('base64'));
      expect(evaluate('States.Base64Decode($)', encoded)).toBe(text);
    }),
  );
});

describe('any text compiles or is refused with PathSyntaxError', () => {
  test.each([
    'States.Nope()',
    'States.Array(',
    'States.Array(1,)',
    'States.Array(1) x',
    "States.Array('a)",
    'States.Array(text)',
    'States.Array',
    'States.Array(1e999)',
    'States.StringToJson(\'{"text":"An \\"escape\\" here"}\')',
    "States.Format('a\\nb')",
  ])('%s is refused', (text) => {
    expect(() => compilePathExpression(text, 'x.$')).toThrow(PathSyntaxError);
  });

  test('whatever characters it is made of', () => {
    const piece = fc.constantFrom(
      'States.Array(',
      "States.Format('{}',",
      ')',
      ',',
      "'",
      '\\',
      '$.a',
      '$$.b',
      '1',
      ' ',
      '{}',
      '[',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join('')),
        ),
        (text) => {
          try {
            evaluate(text);
          } catch (error) {
            expect(error instanceof PathSyntaxError || error instanceof StatesError).toBe(true);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['calls', 'States.Array('.repeat(80_000)],
    ['an open string', `States.Array('${'a'.repeat(1_000_000)}`],
    ['an open path', `States.Array($${'['.repeat(1_000_000)}`],
  ])('a megabyte of %s is refused at once', (_, text) => {
    expect(() => compilePathExpression(text, 'x.$')).toThrow(PathSyntaxError);
  });
});

test('expressionVariables names what a path or a call reads, within calls too', () => {
  expect(expressionVariables('$one.x')).toEqual(['one']);
  expect(expressionVariables("States.Array($two, States.Format('{}', $three[0]), $.four, $$.five)")).toEqual([
    'two',
    'three',
  ]);
});
