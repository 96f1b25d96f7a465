import { seededRandom } from '../../seeded-random.ts';
import { type Builtin, builtin } from '../builtin.ts';
import { formatInteger, parseInteger } from '../integer-picture.ts';
import { JsonataError } from '../jsonata-error.ts';
import { formatNumber } from '../number-picture.ts';
import { round } from '../round.ts';
import { isNumeric, isObject, type Value } from '../value.ts';

export const NUMBER_FUNCTIONS: readonly Builtin[] = [
  builtin('number', '<(nsb)-:n>', 1, ([value]) => (value === undefined ? undefined : toNumber(value))),
  onNumber('abs', '<n-:n>', 1, Math.abs),
  onNumber('floor', '<n-:n>', 1, Math.floor),
  onNumber('ceil', '<n-:n>', 1, Math.ceil),
  onNumber('round', '<n-n?:n>', 2, (value, precision) => round(value, Number(precision ?? 0))),
  onNumber('sqrt', '<n-:n>', 1, (value) => {
    if (value < 0) throw new JsonataError('D3060', { value });
    return Math.sqrt(value);
  }),
  onNumber('power', '<n-n:n>', 2, (value, exponent) => {
    const result = value ** Number(exponent);
    if (!Number.isFinite(result)) throw new JsonataError('D3061', { value, exp: exponent });
    return result;
  }),
  onNumber('formatBase', '<n-n?:s>', 2, (value, radix) => {
    const base = round(Number(radix ?? 10), 0);
    if (base < 2 || base > 36) throw new JsonataError('D3100', { value: base });
    return round(value, 0).toString(base);
  }),
  onNumber('formatNumber', '<n-so?:s>', 3, (value, picture, options) =>
    formatNumber(value, String(picture), isObject(options) ? options : {}),
  ),
  onNumber('formatInteger', '<n-s:s>', 2, (value, picture) => formatInteger(value, String(picture))),
  builtin('parseInteger', '<s-s:n>', 2, ([text, picture]) =>
    typeof text === 'string' ? parseInteger(text, String(picture)) : undefined,
  ),
  builtin('random', '<n?:n>', 0, ([seed], evaluation) =>
    isNumeric(seed) ? seededRandom(seed) : evaluation.scope.host.random(),
  ),
];

/** Nothing of nothing. */
function onNumber(
  name: string,
  signature: string,
  arity: number,
  work: (value: number, second: Value, third: Value) => Value,
): Builtin {
  return builtin(name, signature, arity, ([value, second, third]) =>
    typeof value === 'number' ? work(value, second, third) : undefined,
  );
}

const DECIMAL = /^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$/;
const PREFIXED = /^(0[xX][0-9A-Fa-f]+)|(0[oO][0-7]+)|(0[bB][0-1]+)$/;

function toNumber(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') {
    if (DECIMAL.test(value) && Number.isFinite(Number(value))) return Number(value);
    if (PREFIXED.test(value)) return Number(value);
  }
  throw new JsonataError('D3030', { value });
}
