import { expect, test } from 'vitest';
import { validateDefinition } from '../../../../core/definition/validate.ts';
import { variableReferences } from '../../../../core/definition/variable-references.ts';
import { machineOf } from './findings.ts';

function referencesOf(definition: object): { [state: string]: string[] } {
  const { definition: valid, diagnostics } = validateDefinition(JSON.stringify(definition), { type: 'STANDARD' });
  if (valid === undefined) throw new TypeError(JSON.stringify(diagnostics));
  return variableReferences(valid);
}

test.each([
  [{ Type: 'Pass', InputPath: '$b', OutputPath: '$a.x', End: true }, ['a', 'b']],
  [{ Type: 'Pass', Parameters: { 'x.$': '$a', list: [{ 'y.$': "States.Format('{}', $b)" }] }, End: true }, ['a', 'b']],
  [{ Type: 'Pass', Assign: { 'x.$': '$a', x2: '$b' }, End: true }, ['a']],
  [{ Type: 'Wait', SecondsPath: '$s', End: true }, ['s']],
  [
    {
      Type: 'Pass',
      QueryLanguage: 'JSONata',
      Output: { a: ['{% $b + $a %}', '$c'] },
      Assign: { d: '{% $d %}' },
      End: true,
    },
    ['a', 'b', 'd'],
  ],
  [{ Type: 'Fail', ErrorPath: '$e', CausePath: "States.Format('{}', $c)" }, ['c', 'e']],
  [
    {
      Type: 'Choice',
      Choices: [{ And: [{ Not: { Variable: '$a', StringEqualsPath: '$b' } }], Assign: { 'd.$': '$c' }, Next: 'N' }],
    },
    ['a', 'b', 'c'],
  ],
])('the variables that %j reads are given in order', (state, names) => {
  expect(referencesOf(machineOf(state))).toEqual({ S: names });
});

test('paths that are not applied count for nothing', () => {
  const state = { Type: 'Pass', Comment: '$a', Result: { 'x.$': '$b', xPath: '$c' }, Parameters: { yPath: '$d' } };

  expect(referencesOf(machineOf({ ...state, End: true }))).toEqual({});
});

test('states within a Map are given under their own names', () => {
  const inner = { StartAt: 'I', States: { I: { Type: 'Pass', InputPath: '$b', End: true } } };
  const ItemReader = {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig: { MaxItemsPath: '$m' },
    Parameters: { 'Bucket.$': '$bucket' },
  };
  const ProcessorConfig = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
  const map = { Type: 'Map', ItemProcessor: { ProcessorConfig, ...inner }, ItemReader, End: true };

  expect(referencesOf(machineOf(map))).toEqual({ S: ['bucket', 'm'], I: ['b'] });
});
