import { expect, test } from 'vitest';
import { errorsOf, errorsOfState, machineOf } from './findings.ts';

const inner = { StartAt: 'Inner', States: { Inner: { Type: 'Pass', End: true } } };
const inline = { ProcessorConfig: { Mode: 'INLINE' }, ...inner };
const distributed = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...inner };
const map = (fields: object): object => ({ Type: 'Map', ...fields, End: true });

test.each([
  [{ ItemProcessor: inline, ItemSelector: { 'a.$': '$$.Map.Item.Value' } }],
  [{ ItemProcessor: inner }],
  [{ Iterator: inner, Parameters: { 'a.$': '$$.Map.Item.Index' } }],
  [{ ItemProcessor: inline, ItemsPath: '$$.Execution.Input.items' }],
  [{ QueryLanguage: 'JSONata', ItemProcessor: inline, Items: [1, '{% 2 %}'] }],
  [{ QueryLanguage: 'JSONata', ItemProcessor: inline, Items: '{% $states.input %}', MaxConcurrency: '{% 2 %}' }],
])('a Map with %j is taken', (fields) => {
  expect(errorsOfState(map(fields))).toEqual([]);
});

test('a Map needs an item processor', () => {
  expect(errorsOfState(map({}))).toEqual([
    'This object should have only one of the following fields: [ItemProcessor, Iterator] at /States/S',
  ]);
});

test.each([
  [{ Iterator: inner }, '[ItemProcessor, Iterator]'],
  [{ ItemSelector: {}, Parameters: {} }, '[ItemSelector, Parameters]'],
  [{ MaxConcurrency: 1, MaxConcurrencyPath: '$.m' }, '[MaxConcurrency, MaxConcurrencyPath]'],
  [
    { ToleratedFailureCount: 1, ToleratedFailureCountPath: '$.m' },
    '[ToleratedFailureCount, ToleratedFailureCountPath]',
  ],
])('a Map does not take %j together', (fields, names) => {
  expect(errorsOfState(map({ ItemProcessor: inner, ...fields }))).toEqual([
    `There should only be one of the following fields: ${names} at /States/S`,
  ]);
});

test.each([
  [{ MaxConcurrency: -1 }, 'Minimum value is 0 at /States/S/MaxConcurrency'],
  [{ ToleratedFailurePercentage: 100.5 }, 'Maximum value is 100.0 at /States/S/ToleratedFailurePercentage'],
  [{ ToleratedFailurePercentage: -1 }, 'Minimum value is 0.0 at /States/S/ToleratedFailurePercentage'],
  [{ ToleratedFailureCount: -1 }, 'Minimum value is 0 at /States/S/ToleratedFailureCount'],
  [{ MaxConcurrencyPath: '$$.Execution.Input.n' }, 'Value is not a Reference Path at /States/S/MaxConcurrencyPath'],
  [{ ItemsPath: '$.a[*]' }, 'Value is not a Reference Path at /States/S/ItemsPath'],
])('a Map with %j is refused', (fields, error) => {
  expect(errorsOfState(map({ ItemProcessor: inner, ...fields }))).toEqual([error]);
});

test.each([1, 'text', null])('the Items of a Map are not %j', (Items) => {
  expect(errorsOfState(map({ QueryLanguage: 'JSONata', ItemProcessor: inner, Items }))).toEqual([
    'Expected value of type Array at /States/S/Items',
  ]);
});

test('what is wrong inside an item processor is found, under the name the processor has', () => {
  const wrong = { StartAt: 'Gone', States: { Inner: { Type: 'Pass', End: true } } };

  expect(errorsOfState(map({ Iterator: wrong }))).toEqual([
    "Missing 'Next' target: Gone at /States/S/Iterator/StartAt",
    'State "Inner" is not reachable. at /States/S/Iterator/States/Inner',
  ]);
});

test.each([
  [{ Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters: { Bucket: 'b', 'Prefix.$': '$.p' } }],
  [
    {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: { InputType: 'JSON', ItemsPointer: '/a/b', MaxItems: 9 },
    },
  ],
  [{ Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'JSONL', MaxItemsPath: '$maxItems' } }],
  [{ Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'PARQUET' } }],
  [
    {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: { InputType: 'MANIFEST', ManifestType: 'S3_INVENTORY' },
    },
  ],
  [
    {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: {
        InputType: 'CSV',
        CSVDelimiter: 'PIPE',
        CSVHeaderLocation: 'GIVEN',
        CSVHeaders: ['a', 'b'],
        Transformation: 'NONE',
      },
      Parameters: { Bucket: 'b', Key: 'k', VersionId: 'v', ExpectedBucketOwner: '123456789012' },
    },
  ],
])('a distributed Map reads its items from %j', (ItemReader) => {
  expect(errorsOfState(map({ ItemProcessor: distributed, ItemReader }))).toEqual([]);
});

test.each([
  [{ ReaderConfig: {} }, 'These fields are required: [Resource] at /States/S/ItemReader'],
  [
    { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'XML' } },
    'Value should be one of the following: [CSV, JSON, JSONL, PARQUET, MANIFEST] at /States/S/ItemReader/ReaderConfig/InputType',
  ],
  [
    { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { MaxItems: 1, MaxItemsPath: '$.m' } },
    'There should only be one of the following fields: [MaxItems, MaxItemsPath] at /States/S/ItemReader/ReaderConfig',
  ],
  [
    { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { MaxItems: 100_000_001 } },
    'Maximum value is 100000000 at /States/S/ItemReader/ReaderConfig/MaxItems',
  ],
  [
    { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'GIVEN' } },
    'These fields are required: [CSVHeaders] at /States/S/ItemReader/ReaderConfig',
  ],
  [
    { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'CSV' } },
    "The field 'CSVHeaderLocation' is required at /States/S/ItemReader/ReaderConfig",
  ],
  [
    { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'JSON', CSVHeaderLocation: 'FIRST_ROW' } },
    "Field 'CSVHeaderLocation' is not supported at /States/S/ItemReader/ReaderConfig",
  ],
  [
    { Resource: 'arn:aws:states:::s3:putObject' },
    "The field 'Resource' does not match any of the allowed values at /States/S/ItemReader/Resource",
  ],
])('a distributed Map does not read its items from %j', (ItemReader, error) => {
  expect(errorsOfState(map({ ItemProcessor: distributed, ItemReader }))).toEqual([error]);
});

test.each([
  [{ MaxItemsPerBatch: 5, MaxInputBytesPerBatch: 262_144, BatchInput: { 'a.$': '$.a' } }],
  [{ MaxItemsPerBatchPath: '$.m' }],
])('a distributed Map makes batches by %j', (ItemBatcher) => {
  expect(errorsOfState(map({ ItemProcessor: distributed, ItemBatcher }))).toEqual([]);
});

test('a batch has a limit', () => {
  expect(errorsOfState(map({ ItemProcessor: distributed, ItemBatcher: { BatchInput: {} } }))).toEqual([
    'This object should have only one of the following fields: [MaxItemsPerBatch, MaxItemsPerBatchPath, MaxInputBytesPerBatch, MaxInputBytesPerBatchPath] at /States/S/ItemBatcher',
  ]);
});

test.each([
  [{ Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'b', Prefix: 'p' } }],
  [{ WriterConfig: { Transformation: 'FLATTEN', OutputType: 'JSONL' } }],
])('a distributed Map writes its results by %j', (ResultWriter) => {
  expect(errorsOfState(map({ ItemProcessor: distributed, ResultWriter }))).toEqual([]);
});

test.each(['ItemReader', 'ItemBatcher', 'ResultWriter'])('an inline Map has no %s', (field) => {
  expect(errorsOfState(map({ ItemProcessor: inline, [field]: {} }))).toContain(
    `Field '${field}' is only supported for 'DISTRIBUTED' mode at /States/S`,
  );
});

test('a distributed Map says what its children are', () => {
  const ItemProcessor = { ...inner, ProcessorConfig: { Mode: 'DISTRIBUTED' } };

  expect(errorsOfState(map({ ItemProcessor }))).toEqual([
    'These fields are required: [ExecutionType] at /States/S/ItemProcessor/ProcessorConfig',
  ]);
});

test('an inline Map says nothing of children', () => {
  const ItemProcessor = { ...inner, ProcessorConfig: { Mode: 'INLINE', ExecutionType: 'STANDARD' } };

  expect(errorsOfState(map({ ItemProcessor }))).toEqual([
    "Field 'ExecutionType' is not supported at /States/S/ItemProcessor/ProcessorConfig",
  ]);
});

test('an Express machine has no distributed Map', () => {
  expect(errorsOfState(map({ ItemProcessor: distributed }), 'EXPRESS')).toEqual([
    "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines at /States/S/ItemProcessor/ProcessorConfig/Mode",
  ]);
});

test('Express children of a Standard machine wait for no job', () => {
  const job = { Type: 'Task', Resource: 'arn:aws:states:::codebuild:startBuild.sync', Parameters: {}, End: true };
  const ItemProcessor = {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
    StartAt: 'Job',
    States: { Job: job },
  };

  expect(errorsOfState(map({ ItemProcessor }))).toEqual([
    "Express state machine does not support '.sync' service integration  at /States/S/ItemProcessor/States/Job/Resource",
  ]);
});

test.each([
  ['', 'Label cannot be empty'],
  [
    'l'.repeat(41),
    `Invalid Label name: Label '${'l'.repeat(41)}' exceeds the 40-character limit allowed by the service`,
  ],
  ['a b', 'Label contains invalid character: " "'],
  ['a:b', 'Label contains invalid character: ":"'],
  ['a\u009eb', 'Label contains invalid character: "\u009e"'],
])('a Map cannot have the label %j', (Label, message) => {
  expect(errorsOfState(map({ ItemProcessor: distributed, Label }))).toEqual([`${message} at /States/S/Label`]);
});

test('a label is given once in the whole machine', () => {
  const again = map({ ItemProcessor: { ...inner, StartAt: 'X', States: { X: { Type: 'Succeed' } } }, Label: 'L' });
  const first = { Type: 'Map', ItemProcessor: inner, Label: 'L', Next: 'T' };

  expect(errorsOf({ StartAt: 'S', States: { S: first, T: again } })).toEqual([
    'Duplicate Label name: L at /States/T/Label',
  ]);
  expect(errorsOf(machineOf(again))).toEqual([]);
});
