import jsonata from 'jsonata';
import type { Host } from '../../../../../core/host.ts';
import type { Json } from '../../../../../core/json.ts';
import { compileTree } from '../../../../../core/query/jsonata/compile.ts';
import { Evaluation } from '../../../../../core/query/jsonata/evaluation.ts';
import { Frame } from '../../../../../core/query/jsonata/frame.ts';
import { JsonataError } from '../../../../../core/query/jsonata/jsonata-error.ts';
import { toJson } from '../../../../../core/query/jsonata/result.ts';
import { JsonataSyntaxError, parseExpression } from '../../../../../core/query/jsonata/syntax.ts';
import type { QueryScope } from '../../../../../core/query/query-scope.ts';

/** Either side's answer: `undefined` in `value` stands for nothing found. */
export type Outcome = { readonly value: Json | undefined } | { readonly error: string };

/** A host whose numbers are a plain count, so that who draws twice gets different ones. */
function countingHost(): Host {
  let drawn = 0;
  return {
    random: () => (drawn++ % 10) / 10,
    uuid: () => `uuid-${drawn++}`,
    hash: (algorithm, text) => `${algorithm}(${text})`,
  };
}

export function scopeOf(changes: Partial<QueryScope> = {}): QueryScope {
  return {
    input: {},
    result: undefined,
    errorOutput: undefined,
    context: () => ({}),
    variable: () => undefined,
    host: countingHost(),
    nowMs: 1_700_000_000_123,
    ...changes,
  };
}

/** Our evaluator with a document as context value, which no state has, but jsonata does. */
export function evaluateOurs(expression: string, input: Json): Outcome {
  const evaluation = new Evaluation(scopeOf());
  const frame = new Frame(evaluation);
  frame.bind('$', input);
  try {
    return { value: toJson(compileTree(parseExpression(expression))(input, frame), evaluation) };
  } catch (error) {
    if (error instanceof JsonataError) return { error: error.code };
    if (error instanceof JsonataSyntaxError) return { error: 'syntax' };
    throw error;
  }
}

/** The package's own evaluator. Its result goes through JSON text, which strips what is not JSON. */
export async function evaluateTheirs(expression: string, input: Json): Promise<Outcome> {
  try {
    const result: unknown = await jsonata(expression).evaluate(structuredClone(input));
    const text = JSON.stringify(result);
    return { value: text === undefined ? undefined : JSON.parse(text) };
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'crash';
    return { error: code.startsWith('S') ? 'syntax' : code };
  }
}
