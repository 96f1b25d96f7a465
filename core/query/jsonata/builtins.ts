import { AGGREGATION_FUNCTIONS } from './functions/aggregation.ts';
import { ARRAY_FUNCTIONS } from './functions/array.ts';
import { DATE_TIME_FUNCTIONS } from './functions/date-time.ts';
import { ENCODING_FUNCTIONS } from './functions/encoding.ts';
import { HIGHER_ORDER_FUNCTIONS } from './functions/higher-order.ts';
import { NUMBER_FUNCTIONS } from './functions/number.ts';
import { OBJECT_FUNCTIONS } from './functions/object.ts';
import { PATTERN_FUNCTIONS } from './functions/pattern.ts';
import { STEP_FUNCTIONS_FUNCTIONS } from './functions/step-functions.ts';
import { STRING_FUNCTIONS } from './functions/string.ts';
import type { Callable } from './value.ts';

/** All functions an expression can call by name: JSONata's but `$eval`, which AWS leaves out, and AWS's own. */
export const BUILTINS: ReadonlyMap<string, Callable> = new Map([
  ...STRING_FUNCTIONS,
  ...PATTERN_FUNCTIONS,
  ...ENCODING_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
  ...AGGREGATION_FUNCTIONS,
  ...ARRAY_FUNCTIONS,
  ...OBJECT_FUNCTIONS,
  ...HIGHER_ORDER_FUNCTIONS,
  ...DATE_TIME_FUNCTIONS,
  ...STEP_FUNCTIONS_FUNCTIONS,
]);
