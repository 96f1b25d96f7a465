import type { Evaluation } from './evaluation.ts';
import { parseSignature } from './signature.ts';
import type { Callable, Value } from './value.ts';

/** A built-in function's work. Arguments have passed its signature; each may still be undefined. */
export type Implementation = (args: readonly Value[], evaluation: Evaluation) => Value;

/** A function under its name, as `$name` finds it. */
export type Builtin = readonly [name: string, callable: Callable];

/** `arity` is how many arguments a higher order function passes it: as many as jsonata's implementation declares. */
export function builtin(name: string, definition: string, arity: number, implementation: Implementation): Builtin {
  const signature = parseSignature(definition);
  const callable = (args: readonly Value[], input: Value, evaluation: Evaluation): Value =>
    implementation(signature.validate(args, input), evaluation);
  callable.arity = arity;
  return [name, callable];
}
