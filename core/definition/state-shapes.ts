import { isObject } from '../json.ts';
import { SECONDS_MAX } from '../limits.ts';
import type { StateType } from './ast.ts';
import { anyObject, anything, type Check, flag, nullable, oneOf, type Shape, someOf, text } from './check.ts';
import { assign } from './validate-assign.ts';
import { choiceRule } from './validate-choice.ts';
import { catchers, retry } from './validate-errors.ts';
import { MAP_EXCLUSIVE, MAP_FIELDS } from './validate-map.ts';
import {
  inputPath,
  integerOrExpression,
  jsonataOnly,
  jsonPathOnly,
  orExpression,
  path,
  pathOrIntrinsic,
  plainText,
  referencePath,
  resultPath,
  template,
  timestamp,
} from './validate-query.ts';
import { taskResource } from './validate-resource.ts';

type Fields = Shape['fields'];

/** Source: "State fields" in AWS's developer guide; what each type has by query language. */
const COMMON: Fields = { Type: anything, Comment: anything, QueryLanguage: oneOf('JSONPath', 'JSONata') };

const PATHS: Fields = { InputPath: jsonPathOnly(nullable(inputPath)), OutputPath: jsonPathOnly(nullable(path)) };

const TRANSITION: Fields = { Next: text, End: flag };

const OUTPUT: Fields = { Assign: assign(), Output: jsonataOnly(template()) };

const payload = template();

const resultSelector: Check = (value, location, scope) => {
  anyObject(value, location, scope);
  payload(value, location, scope);
};

const passResult: Check = (value, location, { findings }) => {
  if (!isObject(value) || !Object.keys(value).some((name) => name.endsWith('.$'))) return;
  findings.warn(
    'PASS_RESULT_IS_STATIC',
    "A Pass state's Result is taken as it is: a path in it is not applied",
    location,
  );
};

const credentials: Check = (value, location, scope) => {
  payload(value, location, scope);
  if (isObject(value) && !Object.hasOwn(value, 'RoleArn') && !Object.hasOwn(value, 'RoleArn.$')) {
    scope.findings.error("The field 'RoleArn' is required but was missing", location);
  }
};

/** Of the states whose work has a result. */
const RESULT: Fields = {
  ResultSelector: jsonPathOnly(resultSelector),
  ResultPath: jsonPathOnly(nullable(resultPath)),
  Retry: retry,
  Catch: catchers,
  Assign: assign({ result: true }),
  Output: jsonataOnly(template({ result: true })),
};

const WAIT_FIELDS = ['SecondsPath', 'Seconds', 'TimestampPath', 'Timestamp'];

/** Per type, the members a state may have. The states within Branches and item processors are not looked at here. */
export const STATE_SHAPES: { readonly [type in StateType]: Shape } = {
  Task: {
    fields: {
      ...COMMON,
      ...PATHS,
      ...TRANSITION,
      ...RESULT,
      Resource: taskResource,
      Parameters: jsonPathOnly(template()),
      Arguments: jsonataOnly(template()),
      TimeoutSeconds: integerOrExpression(1, SECONDS_MAX),
      TimeoutSecondsPath: jsonPathOnly(referencePath),
      HeartbeatSeconds: integerOrExpression(1, SECONDS_MAX),
      HeartbeatSecondsPath: jsonPathOnly(referencePath),
      Credentials: credentials,
    },
    required: ['Resource'],
    exclusive: [
      ['TimeoutSeconds', 'TimeoutSecondsPath'],
      ['HeartbeatSeconds', 'HeartbeatSecondsPath'],
    ],
  },
  Pass: {
    fields: {
      ...COMMON,
      ...PATHS,
      ...TRANSITION,
      ...OUTPUT,
      Result: jsonPathOnly(passResult),
      Parameters: jsonPathOnly(template()),
      ResultPath: jsonPathOnly(nullable(resultPath)),
    },
  },
  Choice: {
    fields: { ...COMMON, ...PATHS, ...OUTPUT, Choices: someOf(choiceRule), Default: text },
    required: ['Choices'],
  },
  Wait: {
    fields: {
      ...COMMON,
      ...PATHS,
      ...TRANSITION,
      ...OUTPUT,
      Seconds: integerOrExpression(0, SECONDS_MAX),
      SecondsPath: jsonPathOnly(referencePath),
      Timestamp: orExpression(timestamp),
      TimestampPath: jsonPathOnly(referencePath),
    },
    exclusive: [WAIT_FIELDS],
    needsOneOf: [WAIT_FIELDS],
  },
  Succeed: { fields: { ...COMMON, ...PATHS, Output: jsonataOnly(template()) } },
  Fail: {
    fields: {
      ...COMMON,
      Error: orExpression(plainText),
      ErrorPath: jsonPathOnly(pathOrIntrinsic),
      Cause: orExpression(plainText),
      CausePath: jsonPathOnly(pathOrIntrinsic),
    },
    exclusive: [
      ['Error', 'ErrorPath'],
      ['Cause', 'CausePath'],
    ],
  },
  Parallel: {
    fields: {
      ...COMMON,
      ...PATHS,
      ...TRANSITION,
      ...RESULT,
      Branches: someOf(anyObject),
      Parameters: jsonPathOnly(template()),
      Arguments: jsonataOnly(template()),
    },
    required: ['Branches'],
  },
  Map: {
    fields: {
      ...COMMON,
      ...PATHS,
      ...TRANSITION,
      ...RESULT,
      ...MAP_FIELDS,
      ItemProcessor: anyObject,
      Iterator: anyObject,
      Parameters: jsonPathOnly(template()),
    },
    exclusive: MAP_EXCLUSIVE,
    needsOneOf: [['ItemProcessor', 'Iterator']],
  },
};
