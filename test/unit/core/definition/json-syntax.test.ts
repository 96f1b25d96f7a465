import { expect, test } from 'vitest';
import { scanJson } from '../../../../core/definition/json-syntax.ts';

const problemOf = (text: string): string | undefined => {
  const { problem } = scanJson(text, 100);
  return problem && `${problem.message} @${problem.line}:${problem.column}`;
};

const VALUE = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

test.each([
  ['not some json', `Unrecognized token 'not': was expecting ${VALUE} @1:1`],
  ["{'not': 'json'", "Unexpected character (''' (code 39)): was expecting double-quote to start field name @1:2"],
  ['{"a" 1}', "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value @1:6"],
  [
    '{\n  "a": 1\n  "b": 2}',
    `Unexpected character ('"' (code 34)): was expecting comma to separate Object entries @3:3`,
  ],
  ['[1 2]', "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries @1:4"],
  ['{"a":1,}', "Unexpected character ('}' (code 125)): was expecting double-quote to start field name @1:8"],
  ['[1,]', `Unexpected character (']' (code 93)): expected a valid value ${VALUE} @1:4`],
  ['{"a":01}', `Unrecognized token '01': was expecting ${VALUE} @1:6`],
  ['{}{}', "Unexpected character ('{' (code 123)): expected end of input @1:3"],
  ['"a\tb"', 'Illegal unquoted character ((CTRL-CHAR, code 9)): has to be escaped @1:3'],
  ['"a\\qb"', "Unrecognized character escape 'q' (code 113) @1:3"],
  ['{"a":[1', 'Unexpected end-of-input: expected close marker for Array (start marker at line: 1, column: 6) @1:8'],
])('%j is refused in the words of AWS, with its place', (text, expected) => {
  expect(problemOf(text)).toBe(expected);
});

test.each(['{}', '[]', ' null ', '-0.5e+3', '"\\u00e9\\n\u007f"', '{"a":{"a":[1,{"a":true}]}}'])(
  '%j is JSON',
  (text) => {
    expect(problemOf(text)).toBeUndefined();
  },
);

test('a member given twice is found with its path', () => {
  const { duplicates } = scanJson('{"a":[0,{"b":1,"c":2,"b":3}]}', 100);

  expect(duplicates).toEqual([{ name: 'b', path: ['a', 1] }]);
});

test('a key that is written differently but means the same is a member given twice', () => {
  expect(scanJson('{"a":1,"\\u0061":2}', 100).duplicates).toHaveLength(1);
});

test('nesting beyond the limit is a problem of depth, however deep it is', () => {
  expect(scanJson('['.repeat(1_000_000), 100).problem?.kind).toBe('depth');
});
