import { expect, test } from 'vitest';
import type { Definition } from '../../../../core/definition/ast.ts';
import { definitionGraph, type GraphEdge } from '../../../../core/definition/graph.ts';

const edgesOf = (definition: Definition): string[] =>
  definitionGraph(definition).edges.map(
    ({ from, to, kind, label }: GraphEdge) => `${from} ${kind}${label === undefined ? '' : `(${label})`} ${to}`,
  );

test('a definition begins at its StartAt and ends where a state ends', () => {
  const definition: Definition = {
    StartAt: 'A',
    States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Wait', Seconds: 1, End: true } },
  };

  expect(edgesOf(definition)).toEqual(['start: start state:A', 'state:A next state:B', 'state:B end end:']);
});

test('choices are labelled with their condition, catchers with their errors', () => {
  const definition: Definition = {
    StartAt: 'C',
    States: {
      C: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.n', NumericGreaterThanEquals: 5, Next: 'T' },
          { Not: { Variable: '$.s', IsPresent: true }, Next: 'F' },
          {
            And: [
              {
                Or: [
                  { Variable: '$.s', StringEqualsPath: '$.t' },
                  { Variable: '$.s', StringMatches: '*.log' },
                ],
              },
              { Variable: '$.x', IsNull: false },
            ],
            Next: 'T',
          },
        ],
        Default: 'F',
      },
      T: { Type: 'Task', Resource: 'r', Catch: [{ ErrorEquals: ['A', 'B'], Next: 'F' }], End: true },
      F: { Type: 'Fail' },
    },
  };

  expect(edgesOf(definition)).toEqual([
    'start: start state:C',
    'state:C choice($.n >= 5) state:T',
    'state:C choice(not ($.s is present)) state:F',
    'state:C choice(($.s == $.t or $.s matches "*.log") and $.x is not null) state:T',
    'state:C default state:F',
    'state:T end end:',
    'state:T catch(A, B) state:F',
    'state:F end end:',
  ]);
});

test('a JSONata condition is written without its braces', () => {
  const definition: Definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'C',
    States: { C: { Type: 'Choice', Choices: [{ Condition: '{% $x > 1 %}', Next: 'E' }] }, E: { Type: 'Succeed' } },
  };

  expect(edgesOf(definition)).toContain('state:C choice($x > 1) state:E');
});

test('branches and item processors are groups within their state', () => {
  const block = (name: string): Definition => ({ StartAt: name, States: { [name]: { Type: 'Succeed' } } });
  const definition: Definition = {
    StartAt: 'P',
    States: {
      P: { Type: 'Parallel', Branches: [block('A'), block('B')], Next: 'M' },
      M: { Type: 'Map', ItemProcessor: block('I'), End: true },
    },
  };

  const nodes = definitionGraph(definition).nodes.filter(({ kind }) => kind === 'state' || kind === 'group');

  expect(nodes.map(({ id, label, parent }) => [id, label, parent])).toEqual([
    ['state:P', 'P', undefined],
    ['group:P/0', 'Branch 1', 'state:P'],
    ['state:A', 'A', 'group:P/0'],
    ['group:P/1', 'Branch 2', 'state:P'],
    ['state:B', 'B', 'group:P/1'],
    ['state:M', 'M', undefined],
    ['group:M/0', 'Item processor', 'state:M'],
    ['state:I', 'I', 'group:M/0'],
  ]);
});
