import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../../core/json.ts';
import { compilePath, compileSelector, pathReferences } from '../../../../core/query/json-path.ts';
import { PathSyntaxError } from '../../../../core/query/path-syntax-error.ts';
import type { QueryScope } from '../../../../core/query/query-scope.ts';

const SHOP: Json = {
  owner: { name: 'Ada', 'favourite-colour': 'red', nick: null },
  books: [
    { title: 'A', price: 8, tags: ['old', 'blue'], isbn: '1' },
    { title: 'B', price: 12.5, tags: [] },
    { title: 'C', price: 22, tags: ['old'], isbn: '3' },
  ],
  limit: 10,
};

function setup(input: Json = SHOP, variables: { readonly [name: string]: Json } = {}): QueryScope {
  return {
    input,
    result: undefined,
    errorOutput: undefined,
    context: () => ({ Execution: { Id: 'id-1', Input: input } }),
    variable: (name) => variables[name],
    host: { random: () => 0, uuid: () => '', hash: () => '' },
    nowMs: 0,
  };
}

function select(path: string, input: Json = SHOP): Json | undefined {
  return compileSelector(path)(setup(input));
}

describe('definite paths give one value', () => {
  test.each<[string, Json]>([
    ['$', SHOP],
    ['$.owner.name', 'Ada'],
    ["$['owner']['name']", 'Ada'],
    ['$["owner"].name', 'Ada'],
    ['$.owner.favourite-colour', 'red'],
    ['$.books[1].title', 'B'],
    ['$.books.[1].title', 'B'],
    ['$.books[-1].title', 'C'],
    ['$.owner.nick', null],
    ["$.books[0]['title','isbn']", { title: 'A', isbn: '1' }],
    ["$.books[1]['title','isbn']", { title: 'B' }],
    ['$.books.length()', 3],
    ['$.books[0].keys()', ['title', 'price', 'tags', 'isbn']],
  ])('%s', (path, expected) => {
    expect(select(path)).toEqual(expected);
  });
});

describe('indefinite paths give an array, empty if nothing matches', () => {
  test.each<[string, Json]>([
    ['$.books[*].title', ['A', 'B', 'C']],
    ['$.books.*.title', ['A', 'B', 'C']],
    ['$.owner.*', ['Ada', 'red', null]],
    ['$.books[0,2].title', ['A', 'C']],
    ['$.books[1:].title', ['B', 'C']],
    ['$.books[:1].title', ['A']],
    ['$.books[-2:].title', ['B', 'C']],
    ['$.books[0:2].title', ['A', 'B']],
    ['$.books[::2].title', ['A', 'C']],
    ['$.books[::-1].title', ['C', 'B', 'A']],
    ['$..title', ['A', 'B', 'C']],
    ['$..tags[0]', ['old', 'old']],
    [
      "$.books[*]['title','price']",
      [
        { title: 'A', price: 8 },
        { title: 'B', price: 12.5 },
        { title: 'C', price: 22 },
      ],
    ],
    ['$.nothing[*]', []],
    ['$.nothing.more[1:5].here', []],
    ['$..nothing', []],
    ['$..price.sum()', 42.5],
    ['$..price.max()', 22],
  ])('%s', (path, expected) => {
    expect(select(path)).toEqual(expected);
  });

  test('a filter is followed by steps into each match, not into the list of matches', () => {
    expect(select('$.books[?(@.price > 1)][0]')).toEqual([]);
  });
});

describe('filters', () => {
  test.each<[string, readonly string[]]>([
    ['@.price < 10', ['A']],
    ['@.price<=12.5', ['A', 'B']],
    ['@.price != 8', ['B', 'C']],
    ["@.title == 'B'", ['B']],
    ['@.title == "B"', ['B']],
    ["'B' == @.title", ['B']],
    ['@.isbn', ['A', 'C']],
    ['!@.isbn', ['B']],
    ['!(@.isbn && @.price > 10)', ['A', 'B']],
    ["@.price > 10 && @.title != 'C'", ['B']],
    ["@.title == 'A' || @.title == 'C'", ['A', 'C']],
    ["@.title=='A'||@.title=='B'&&@.isbn", ['A']],
    ['@.price > $.limit', ['B', 'C']],
    ['@.title =~ /[ab]/i', ['A', 'B']],
    ['@.title =~ /a/', []],
    ["@.title in ['A', 'C']", ['A', 'C']],
    ["@.title nin ['A', 'C']", ['B']],
    ["'blue' in @.tags", ['A']],
    ["@.tags contains 'old'", ['A', 'C']],
    ["@.tags anyof ['blue', 'red']", ['A']],
    ["@.tags noneof ['blue', 'red']", ['B', 'C']],
    ["@.tags subsetof ['old']", ['B', 'C']],
    ["@.tags all ['old', 'blue']", ['A']],
    ['@.tags size 1', ['C']],
    ['@.tags empty true', ['B']],
    ["@.tags[?(@ == 'blue')]", ['A']],
    ['@.tags.length() == 2', ['A']],
    ['@.isbn == 3', ['C']],
    ['@.isbn == null', []],
    ["@['title'] == 'A'", ['A']],
  ])('[?(%s)] keeps %j', (condition, titles) => {
    expect(select(`$.books[?(${condition})].title`)).toEqual(titles);
  });

  test('an object that holds stands for itself', () => {
    expect(select("$.owner[?(@.name == 'Ada')].favourite-colour")).toEqual(['red']);
  });

  test('an expression that makes backtracking engines hang is answered at once', () => {
    const input = { items: ['a'.repeat(50_000)] };

    expect(select('$.items[?(@ =~ /(a+)+b/)]', input)).toEqual([]);
  });
});

describe('roots', () => {
  test('$$ is the context object', () => {
    expect(compilePath('$$.Execution.Id')(setup())).toBe('id-1');
  });

  test('$name is a variable', () => {
    const scope = setup(null, { order: { items: [{ id: 7 }] }, naïve_1: true });

    expect(compilePath('$order.items[0].id')(scope)).toBe(7);
    expect(compilePath('$naïve_1')(scope)).toBe(true);
  });

  test('what every object inherits is not there', () => {
    for (const name of ['toString', 'constructor', '__proto__', 'length', 'map']) {
      expect(select(`$.${name}`), name).toBeUndefined();
      expect(select(`$.books.${name}`), name).toBeUndefined();
    }
    expect(select('$.length', { length: 1 })).toBe(1);
  });
});

describe('a path that finds nothing', () => {
  test('names path, field and input for a field of a payload template', () => {
    const query = compilePath('$.nope', 'value.$');

    expect(() => query(setup({ a: 1 }))).toThrow(
      expect.objectContaining({
        error: 'States.Runtime',
        reason: `The JSONPath '$.nope' specified for the field 'value.$' could not be found in the input '{"a":1}'`,
      }),
    );
  });

  test.each([
    ['$.nope', "Invalid path '$.nope' : No results for path: $['nope']"],
    ['$.no.such.path', "Invalid path '$.no.such.path' : Missing property in path $['no']"],
    ['$.books[9]', "Invalid path '$.books[9]' : No results for path: $['books'][9]"],
    ['$.limit[0]', "Invalid path '$.limit[0]' : Filter: [0] can only be applied to arrays. Current context is: 10"],
  ])('tells for %s where it ends in the other fields', (path, reason) => {
    expect(() => compilePath(path)(setup())).toThrow(expect.objectContaining({ error: 'States.Runtime', reason }));
  });

  test('refuses null as the input of a payload template', () => {
    expect(() => compilePath('$', 'x.$')(setup(null))).toThrow('Unable to apply Path transformation to null');
    expect(compilePath('$')(setup(null))).toBeNull();
  });
});

describe('pathReferences', () => {
  test('tells the variable a path reads', () => {
    expect(pathReferences('$order.id')).toEqual({ variables: ['order'], isReferencePath: true });
    expect(pathReferences('$.order').variables).toEqual([]);
  });

  test.each(['$..a', '$.a[*]', '$.a[0:1]', "$['a','b']", '$.a[?(@.b)]', '$.a.length()'])(
    '%s is no reference path',
    (path) => {
      expect(pathReferences(path).isReferencePath).toBe(false);
    },
  );
});

describe('any text compiles or is refused with PathSyntaxError', () => {
  test.each(['', 'a', '$.', '$..', '$a.', '$.a[', '$.a[]', "$['a", '$.a b', '$.a[1,]', '$.a[?(@.x ==)]', '$.a.nope()'])(
    '%j is refused',
    (text) => {
      expect(() => compilePath(text)).toThrow(PathSyntaxError);
    },
  );

  test('whatever characters it is made of', () => {
    const piece = fc.constantFrom(
      '$',
      '.',
      '..',
      '[',
      ']',
      '*',
      '?',
      '(',
      ')',
      '@',
      "'",
      '"',
      '\\',
      '/',
      ',',
      ':',
      '-1',
      '0',
      'a',
      'b',
      ' ',
      '&&',
      '||',
      '!',
      '==',
      '=~',
      '<',
      'in',
      'length()',
      'null',
      '{',
      '}',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((pieces) => `$${pieces.join('')}`),
    );
    fc.assert(
      fc.property(text, fc.json(), (path, json) => {
        const input: Json = JSON.parse(json);
        try {
          compileSelector(path)(setup(input));
        } catch (error) {
          expect(error).toBeInstanceOf(PathSyntaxError);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['brackets', `$${'['.repeat(1_000_000)}`],
    ['steps', `$${'.a'.repeat(500_000)}`],
    ['negations', `$[?(${'!'.repeat(1_000_000)}`],
    ['parentheses', `$[?(${'('.repeat(1_000_000)}`],
    ['filters', `$${'[?(@.a'.repeat(200_000)}`],
    ['literals', `$[?(@.a == ${'['.repeat(1_000_000)}`],
    ['patterns', `$[?(@.a =~ /${'(a*)*'.repeat(200_000)}/)]`],
    ['repetitions', '$[?(@.a =~ /((a{100}){100}){100}/)]'],
  ])('a megabyte of %s is refused at once', (_, text) => {
    expect(() => compilePath(text)).toThrow(PathSyntaxError);
  });

  test.each([
    ['a name', `$.${'a'.repeat(1_000_000)}`],
    ['escapes', `$['${'\\a'.repeat(500_000)}']`],
    ['conditions', `$[?(${'@.a && '.repeat(150_000)}@.b)]`],
  ])('a megabyte of %s is read', (_, text) => {
    expect(() => compilePath(text)).not.toThrow();
  });

  test('descents within descents are given up, not followed for ever', () => {
    const deep: Json = JSON.parse(`${'['.repeat(900)}${']'.repeat(900)}`);

    expect(() => select('$..[?(@..[?(@..[?(@..[?(@..x)])])])]', deep)).toThrow(
      expect.objectContaining({ error: 'States.Runtime' }),
    );
  });
});
