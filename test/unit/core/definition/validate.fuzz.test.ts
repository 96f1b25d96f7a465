import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileDefinition } from '../../../../core/definition/compile.ts';
import { definitionErrorMessage } from '../../../../core/definition/definition-error-message.ts';
import { definitionGraph } from '../../../../core/definition/graph.ts';
import { scanJson } from '../../../../core/definition/json-syntax.ts';
import { mermaid } from '../../../../core/definition/mermaid.ts';
import { validateDefinition } from '../../../../core/definition/validate.ts';
import { variableReferences } from '../../../../core/definition/variable-references.ts';

// fast-check prints the seed and the path of a failure.

/** A definition with something of everything, to be broken in one place at a time. */
const RICH = {
  Comment: 'everything',
  StartAt: 'Pass',
  TimeoutSeconds: 60,
  States: {
    Pass: {
      Type: 'Pass',
      Parameters: { 'a.$': '$.a', b: [1, null] },
      ResultPath: '$.r',
      Assign: { v: 1 },
      Next: 'Task',
    },
    Task: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'f', 'Payload.$': "States.Format('{}', $v)" },
      TimeoutSeconds: 10,
      HeartbeatSeconds: 5,
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 2 }],
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Fail' }],
      Next: 'Choice',
    },
    Choice: {
      Type: 'Choice',
      Choices: [
        { And: [{ Variable: '$.a', NumericLessThan: 1 }, { Not: { Variable: '$.b', IsNull: true } }], Next: 'Wait' },
      ],
      Default: 'Parallel',
    },
    Wait: { Type: 'Wait', Timestamp: '2016-03-14T01:59:00Z', Next: 'Parallel' },
    Parallel: {
      Type: 'Parallel',
      QueryLanguage: 'JSONata',
      Branches: [
        { StartAt: 'B', States: { B: { Type: 'Succeed', QueryLanguage: 'JSONata', Output: '{% $states.input %}' } } },
      ],
      Output: '{% $states.result %}',
      Next: 'Map',
    },
    Map: {
      Type: 'Map',
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
      },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
        StartAt: 'I',
        States: { I: { Type: 'Pass', End: true } },
      },
      MaxConcurrency: 3,
      Label: 'L',
      End: true,
    },
    Fail: { Type: 'Fail', Error: 'E', CausePath: '$.c' },
  },
};

/** Runs all that reads a definition; what comes out must fit together. */
function digest(text: string): void {
  const { definition, diagnostics } = validateDefinition(text, { type: 'STANDARD' });
  expect(definition === undefined).toBe(diagnostics.some(({ severity }) => severity === 'ERROR'));
  definitionErrorMessage(diagnostics);
  if (definition === undefined) return;
  variableReferences(definition);
  compileDefinition(definition, { type: 'STANDARD' });
  mermaid(definitionGraph(definition));
}

const fieldNames = [...new Set(JSON.stringify(RICH).match(/(?<=")[A-Z]\w*(?=":)/g))];

/** JSON whose members are called as those of definitions. */
const anyDefinition = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom(
      ...fieldNames,
      'Pass',
      'Map',
      '$.a',
      '$$',
      '$x',
      '{% $x %}',
      '{% (',
      'States.ALL',
      'States.UUID()',
      '__proto__',
    ),
    fc.oneof(fc.boolean(), fc.integer(), fc.double(), fc.constant(null), fc.string()),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...fieldNames, 'A', '__proto__', 'constructor'), tie('value'), { maxKeys: 5 }),
  ),
})).value;

test('the rich definition is valid', () => {
  expect(validateDefinition(JSON.stringify(RICH), { type: 'STANDARD' }).diagnostics).toEqual([]);
});

test('any text is survived', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), digest), { numRuns: 1_000 });
});

test('any JSON is survived', () => {
  fc.assert(fc.property(fc.json(), digest), { numRuns: 1_000 });
});

test('any JSON that has the members of a definition is survived', () => {
  fc.assert(
    fc.property(anyDefinition, (value) => digest(JSON.stringify(value) ?? 'null')),
    { numRuns: 2_000 },
  );
});

test('a valid definition broken in one place is survived', () => {
  const places = placesIn(RICH);
  fc.assert(
    fc.property(fc.constantFrom(...places), anyDefinition, (place, value) => {
      digest(JSON.stringify(withValueAt(RICH, place, value)));
    }),
    { numRuns: 2_000 },
  );
});

test('a valid text with characters lost, doubled or swapped is survived', () => {
  const text = JSON.stringify(RICH);
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(20), fc.string({ maxLength: 5 }), (at, lost, put) => {
      digest(text.slice(0, at) + put + text.slice(at + lost));
    }),
    { numRuns: 2_000 },
  );
});

test('what we call a JSON error is one to JSON.parse, and the reverse', () => {
  const text = JSON.stringify(RICH.States.Task);
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(3), fc.string({ unit: 'binary', maxLength: 3 }), (at, lost, put) => {
      const broken = text.slice(0, at) + put + text.slice(at + lost);
      expect(scanJson(broken, 1_000).problem === undefined).toBe(isJson(broken));
    }),
    { numRuns: 5_000 },
  );
});

test('nesting as deep as may be is checked without a stack overflow', () => {
  const not = `${'{"Not":'.repeat(990)}{}${'}'.repeat(990)}`;
  digest(`{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[${not}]}}}`);
  const template = `${'{"a":['.repeat(495)}1${']}'.repeat(495)}`;
  digest(`{"StartAt":"P","States":{"P":{"Type":"Pass","Parameters":${template},"End":true}}}`);
  const map = '{"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":';
  digest(`${map.repeat(330)}{}${'}}}'.repeat(330)}`);
});

test('a megabyte of states is checked in seconds', () => {
  const count = 20_000;
  const States = Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`s${i}`, { Type: 'Pass', Next: `s${i + 1}` }]),
  );
  const startedAt = performance.now();

  const { diagnostics } = validateDefinition(JSON.stringify({ StartAt: 's0', States }), { type: 'STANDARD' });

  expect(diagnostics.map(({ message }) => message)).toEqual([
    `Missing 'Next' target: s${count}`,
    'Workflow has no terminal state',
  ]);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

type Place = readonly string[];

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([key, member]) => placesIn(member).map((place) => [key, ...place]))];
}

function withValueAt(target: unknown, [key, ...rest]: Place, value: unknown): unknown {
  if (key === undefined || typeof target !== 'object' || target === null) return value;
  const entries = Object.entries(target).map(([name, member]) =>
    name === key ? [name, withValueAt(member, rest, value)] : [name, member],
  );
  return Array.isArray(target) ? entries.map(([, member]) => member) : Object.fromEntries(entries);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
