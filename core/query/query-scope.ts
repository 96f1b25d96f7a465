import type { Host } from '../host.ts';
import type { Json } from '../json.ts';

/**
 * What an expression may look at while it is evaluated, in either query language. One scope serves all expressions of
 * a state's visit; the interpreter changes `input`, `result` and `errorOutput` between the stages.
 */
export interface QueryScope {
  /** JSONPath `$`; JSONata `$states.input`. */
  readonly input: Json;
  /** JSONata `$states.result`: absent before there is one. */
  readonly result: Json | undefined;
  /** JSONata `$states.errorOutput`: present in a Catch only. */
  readonly errorOutput: Json | undefined;
  /** JSONPath `$$`; JSONata `$states.context`. Built when first asked for. */
  context(): Json;
  /** The value of a variable as of the state's entry, or undefined if nothing assigned it. */
  variable(name: string): Json | undefined;
  readonly host: Host;
  /** Milliseconds since the epoch, from the message: what `$now()` and `$millis()` tell. */
  readonly nowMs: number;
}

/** A compiled expression or template. @throws {StatesError} */
export type Query = (scope: QueryScope) => Json;
