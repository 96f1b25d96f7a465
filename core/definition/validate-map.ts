import { isObject, type Json, type JsonObject } from '../json.ts';
import {
  anything,
  type Check,
  checkShape,
  decimal,
  listOf,
  objectOf,
  oneOf,
  type Scope,
  type Shape,
  text,
} from './check.ts';
import { hasPlaceholder, parseResource } from './resource.ts';
import {
  integerOrExpression,
  jsonataOnly,
  jsonPathOnly,
  numberPath,
  orExpression,
  referencePath,
  template,
} from './validate-query.ts';

/** Largest MaxItems of an item reader. AWS: "ItemReader (Map)". */
const READER_ITEMS_MAX = 100_000_000;
/** Largest MaxInputBytesPerBatch: the input of a child execution. AWS: "ItemBatcher (Map)". */
const BATCH_BYTES_MAX = 262_144;
/** AWS: "Map state in Distributed mode". */
const LABEL_LENGTH_MAX = 40;
/** What a label, as part of an ARN, may not hold: white space, wildcards, brackets, special and control characters. */
const LABEL_CHARACTER_REFUSED = /[\s?*<>{}[\]"#%\\^|~`$&,;:/\p{Cc}\p{Cs}]/u;

const READER_RESOURCES = ['s3:getObject', 's3:listObjectsV2'];
const WRITER_RESOURCES = ['s3:putObject'];

const READER_CONFIG: Shape = {
  fields: {
    InputType: oneOf('CSV', 'JSON', 'JSONL', 'PARQUET', 'MANIFEST'),
    CSVDelimiter: oneOf('COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB'),
    CSVHeaderLocation: oneOf('FIRST_ROW', 'GIVEN'),
    CSVHeaders: listOf(text),
    ItemsPointer: text,
    ManifestType: oneOf('ATHENA_DATA', 'S3_INVENTORY'),
    Transformation: oneOf('NONE', 'LOAD_AND_FLATTEN'),
    MaxItems: integerOrExpression(0, READER_ITEMS_MAX),
    MaxItemsPath: jsonPathOnly(numberPath),
  },
  exclusive: [['MaxItems', 'MaxItemsPath']],
};

const readerConfig: Check = (value, location, scope) => {
  if (!checkShape(value, location, scope, READER_CONFIG)) return;
  const { findings } = scope;
  const headers = Object.hasOwn(value, 'CSVHeaderLocation');
  if (value.InputType === 'CSV' && !headers) findings.error("The field 'CSVHeaderLocation' is required", location);
  if (value.InputType === 'JSON' && headers) findings.error("Field 'CSVHeaderLocation' is not supported", location);
  if (value.CSVHeaderLocation === 'GIVEN' && !Object.hasOwn(value, 'CSVHeaders')) {
    findings.error('These fields are required: [CSVHeaders]', location);
  }
};

const ITEM_READER: Shape = {
  fields: {
    Comment: anything,
    Resource: serviceResource(READER_RESOURCES),
    ReaderConfig: readerConfig,
    Parameters: jsonPathOnly(template()),
    Arguments: jsonataOnly(template()),
  },
  required: ['Resource'],
};

const ITEM_BATCHER: Shape = {
  fields: {
    Comment: anything,
    MaxItemsPerBatch: integerOrExpression(0),
    MaxItemsPerBatchPath: jsonPathOnly(numberPath),
    MaxInputBytesPerBatch: integerOrExpression(0, BATCH_BYTES_MAX),
    MaxInputBytesPerBatchPath: jsonPathOnly(numberPath),
    BatchInput: template(),
  },
  exclusive: [
    ['MaxItemsPerBatch', 'MaxItemsPerBatchPath'],
    ['MaxInputBytesPerBatch', 'MaxInputBytesPerBatchPath'],
  ],
  needsOneOf: [['MaxItemsPerBatch', 'MaxItemsPerBatchPath', 'MaxInputBytesPerBatch', 'MaxInputBytesPerBatchPath']],
};

const RESULT_WRITER: Shape = {
  fields: {
    Comment: anything,
    Resource: serviceResource(WRITER_RESOURCES),
    WriterConfig: objectOf({
      fields: { Transformation: oneOf('NONE', 'COMPACT', 'FLATTEN'), OutputType: oneOf('JSON', 'JSONL') },
    }),
    Parameters: jsonPathOnly(template()),
    Arguments: jsonataOnly(template()),
  },
  needsOneOf: [['Resource', 'WriterConfig']],
};

export const PROCESSOR_CONFIG: Shape = {
  fields: { Comment: anything, Mode: oneOf('INLINE', 'DISTRIBUTED'), ExecutionType: oneOf('STANDARD', 'EXPRESS') },
};

function serviceResource(actions: readonly string[]): Check {
  return (value, location, { findings }) => {
    if (typeof value !== 'string') findings.error('Expected value of type String', location);
    else if (!hasPlaceholder(value) && !actions.includes(serviceAction(value))) {
      findings.error("The field 'Resource' does not match any of the allowed values", location);
    }
  };
}

function serviceAction(arn: string): string {
  const resource = parseResource(arn);
  return resource?.kind === 'service' ? `${resource.service}:${resource.resource}` : '';
}

const label: Check = (value, location, { findings }) => {
  if (typeof value !== 'string') {
    findings.error('Expected value of type String', location);
    return;
  }
  const refused = LABEL_CHARACTER_REFUSED.exec(value)?.[0];
  if (value === '') findings.error('Label cannot be empty', location, 'INVALID_LABEL_NAME');
  else if (value.length > LABEL_LENGTH_MAX) {
    const limit = `exceeds the ${LABEL_LENGTH_MAX}-character limit allowed by the service`;
    findings.error(`Invalid Label name: Label '${value}' ${limit}`, location, 'INVALID_LABEL_NAME');
  } else if (refused !== undefined) {
    findings.error(`Label contains invalid character: ${JSON.stringify(refused)}`, location, 'INVALID_LABEL_NAME');
  }
};

/** Items: a list or object, or an expression for one. */
const items: Check = (value, location, scope) => {
  if (typeof value === 'object' && value !== null) template()(value, location, scope);
  else
    orExpression((_, at, { findings }) => findings.error('Expected value of type Array', at))(value, location, scope);
};

/** The members that only a Map has. */
export const MAP_FIELDS: Shape['fields'] = {
  ItemsPath: jsonPathOnly(referencePath),
  Items: jsonataOnly(items),
  ItemSelector: template(),
  MaxConcurrency: integerOrExpression(0),
  MaxConcurrencyPath: jsonPathOnly(numberPath),
  ToleratedFailureCount: integerOrExpression(0),
  ToleratedFailureCountPath: jsonPathOnly(numberPath),
  ToleratedFailurePercentage: orExpression(decimal(0, 100)),
  ToleratedFailurePercentagePath: jsonPathOnly(numberPath),
  Label: label,
  ItemReader: objectOf(ITEM_READER),
  ItemBatcher: objectOf(ITEM_BATCHER),
  ResultWriter: objectOf(RESULT_WRITER),
};

export const MAP_EXCLUSIVE: readonly (readonly string[])[] = [
  ['ItemProcessor', 'Iterator'],
  ['ItemSelector', 'Parameters'],
  ['MaxConcurrency', 'MaxConcurrencyPath'],
  ['ToleratedFailureCount', 'ToleratedFailureCountPath'],
  ['ToleratedFailurePercentage', 'ToleratedFailurePercentagePath'],
];

/** The item processor of a Map, under its name of today or its old one. */
export function itemProcessorOf(map: JsonObject): { readonly field: string; readonly processor: Json } | undefined {
  for (const field of ['ItemProcessor', 'Iterator']) {
    const processor = map[field];
    if (processor !== undefined) return { field, processor };
  }
  return undefined;
}

const DISTRIBUTED_ONLY = ['ItemReader', 'ItemBatcher', 'ResultWriter'];

/** What a Map's members ask of each other. Returns the type of the child executions; undefined: it has none. */
export function checkMapMode(map: JsonObject, location: string, scope: Scope): 'STANDARD' | 'EXPRESS' | undefined {
  const found = itemProcessorOf(map);
  const config = isObject(found?.processor) ? found.processor.ProcessorConfig : undefined;
  const at = `${location}/${found?.field}/ProcessorConfig`;
  if (!isObject(config) || config.Mode !== 'DISTRIBUTED') {
    if (isObject(config) && config.Mode === 'INLINE' && Object.hasOwn(config, 'ExecutionType')) {
      scope.findings.error("Field 'ExecutionType' is not supported", at);
    }
    for (const field of DISTRIBUTED_ONLY.filter((name) => Object.hasOwn(map, name))) {
      scope.findings.error(`Field '${field}' is only supported for 'DISTRIBUTED' mode`, location);
    }
    return undefined;
  }
  if (scope.express) {
    const reason = "is not supported inside 'EXPRESS' state machines";
    scope.findings.error(`The field 'Mode' with value 'DISTRIBUTED' ${reason}`, `${at}/Mode`);
  }
  if (!Object.hasOwn(config, 'ExecutionType')) {
    scope.findings.error('These fields are required: [ExecutionType]', at);
  }
  return config.ExecutionType === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
}
