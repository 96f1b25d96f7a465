import type { DataFlow, ResultPath } from '../definition/program.ts';
import type { Query, QueryScope } from '../query/query-scope.ts';
import type { Draft } from './draft.ts';
import type { Frame } from './execution.ts';
import { Payload } from './payload.ts';

/** InputPath applied to the state's input; JSONata states take it whole. */
export function effectiveInput(draft: Draft, frame: Frame, flow: DataFlow): Payload {
  if (flow.inputPath === undefined) return frame.input;
  return evaluate(flow.inputPath, draft.scope.at(frame, frame.input.value), frame.input);
}

/** Parameters or Arguments, evaluated; without them the effective input itself. */
export function taskInput(draft: Draft, frame: Frame, flow: DataFlow): Payload {
  const input = effectiveInput(draft, frame, flow);
  if (flow.parameters === undefined) return input;
  return evaluate(flow.parameters, draft.scope.at(frame, input.value), input);
}

/** Keeps the payload where the expression gives back its very value: then nothing is printed or stored again. */
export function evaluate(query: Query, scope: QueryScope, input: Payload): Payload {
  const value = query(scope);
  return value === input.value ? input : Payload.ofValue(value);
}

export function placeResult(input: Payload, result: Payload, resultPath: ResultPath): Payload {
  if (resultPath === 'replace') return result;
  if (resultPath === 'discard') return input;
  return Payload.ofValue(resultPath.set(input.value, result.value));
}
