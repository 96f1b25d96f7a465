import type { HashAlgorithm } from '../../../host.ts';
import { type Builtin, builtin } from '../builtin.ts';
import type { Evaluation } from '../evaluation.ts';
import { JsonataError } from '../jsonata-error.ts';
import { isArray, sequenceOf, type Value } from '../value.ts';

/** What AWS adds to JSONata. Source: "Transforming data with JSONata", section "JSONata functions provided by Step Functions". */
export const STEP_FUNCTIONS_FUNCTIONS: readonly Builtin[] = [
  builtin('partition', '<an:a<a>>', 2, ([items, size], evaluation) => partition(items, size, evaluation)),
  builtin('range', '<nnn:a<n>>', 3, ([start, end, step], evaluation) => range(start, end, step, evaluation)),
  builtin('hash', '<s-s:s>', 2, ([text, algorithm], evaluation) => {
    if (typeof text !== 'string') return undefined;
    if (!isHashAlgorithm(algorithm)) throw failure(`Unsupported hash algorithm: ${String(algorithm)}`);
    evaluation.allocateText(text.length);
    return evaluation.scope.host.hash(algorithm, text);
  }),
  builtin('uuid', '<:s>', 0, (_, evaluation) => evaluation.scope.host.uuid()),
  builtin('parse', '<s-:x>', 1, ([text], evaluation) => {
    if (typeof text !== 'string') return undefined;
    evaluation.allocateText(text.length);
    try {
      // JSON.parse gives JSON, whatever its type says.
      return JSON.parse(text) as Value;
    } catch {
      throw failure('The argument of the parse function must be a JSON string');
    }
  }),
];

function failure(message: string): JsonataError {
  return new JsonataError('B0006', { message });
}

/** An array, even of one part: what AWS answers for `$partition([0], 1)` is `[[0]]`. */
function partition(items: Value, size: Value, evaluation: Evaluation): Value {
  if (!isArray(items)) return undefined;
  if (typeof size !== 'number' || !Number.isInteger(size) || size <= 0) {
    throw failure('The second argument of the partition function must be a positive integer');
  }
  evaluation.allocate(items.length + Math.ceil(items.length / size));
  const parts: Value[] = [];
  for (let i = 0; i < items.length; i += size) parts.push(items.slice(i, i + size));
  return parts;
}

/** A sequence, both ends included: what AWS answers for `$range(1, 9, 9)` is `1`. */
function range(start: Value, end: Value, step: Value, evaluation: Evaluation): Value {
  if (typeof start !== 'number' || typeof end !== 'number' || typeof step !== 'number') return undefined;
  if (step === 0) throw failure('The third argument of the range function must not be zero');
  const size = Math.max(0, Math.floor((end - start) / step) + 1);
  evaluation.allocate(size);
  return sequenceOf(Array.from({ length: size }, (_, i) => start + i * step));
}

const HASH_ALGORITHMS: ReadonlySet<Value> = new Set<HashAlgorithm>(['MD5', 'SHA-1', 'SHA-256', 'SHA-384', 'SHA-512']);

function isHashAlgorithm(name: Value): name is HashAlgorithm {
  return HASH_ALGORITHMS.has(name);
}
