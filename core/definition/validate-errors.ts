import { isArray, isObject, type Json } from '../json.ts';
import { RETRY_DELAY_SECONDS_MAX, SECONDS_MAX } from '../limits.ts';
import {
  anything,
  type Check,
  decimal,
  integer,
  listOf,
  nullable,
  objectOf,
  oneOf,
  type Scope,
  type Shape,
  someOf,
  text,
} from './check.ts';
import { assign } from './validate-assign.ts';
import { jsonataOnly, jsonPathOnly, resultPath, template } from './validate-query.ts';

const errorNames = someOf(text);

const RETRIER: Shape = {
  fields: {
    Comment: anything,
    ErrorEquals: errorNames,
    IntervalSeconds: integer(0, SECONDS_MAX),
    MaxAttempts: integer(0, SECONDS_MAX),
    BackoffRate: decimal(1),
    MaxDelaySeconds: integer(1, RETRY_DELAY_SECONDS_MAX),
    JitterStrategy: oneOf('NONE', 'FULL'),
  },
  required: ['ErrorEquals'],
};

const CATCHER: Shape = {
  fields: {
    Comment: anything,
    ErrorEquals: errorNames,
    Next: text,
    ResultPath: jsonPathOnly(nullable(resultPath)),
    Assign: assign({ errorOutput: true }),
    Output: jsonataOnly(template({ errorOutput: true })),
  },
  required: ['ErrorEquals', 'Next'],
};

/** Source: "Handling errors in Step Functions workflows". */
export const retry: Check = policies(RETRIER);
// `catch` is a word of the language.
export const catchers: Check = policies(CATCHER);

function policies(shape: Shape): Check {
  const checkList = listOf(objectOf(shape));
  return (value, location, scope) => {
    checkList(value, location, scope);
    if (isArray(value)) checkWildcards(value, location, scope);
  };
}

/** States.ALL is alone in its ErrorEquals, and its entry is the last. */
function checkWildcards(entries: readonly Json[], location: string, { findings }: Scope): void {
  for (const [i, entry] of entries.entries()) {
    const names = isObject(entry) ? entry.ErrorEquals : undefined;
    if (!isArray(names)) continue;
    const at = names.indexOf('States.ALL');
    if (at < 0 || (names.length === 1 && i === entries.length - 1)) continue;
    findings.error('States.ALL must appear alone and at end of list', `${location}[${i}]/ErrorEquals[${at}]`);
  }
}
