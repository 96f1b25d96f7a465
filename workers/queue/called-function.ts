import { parseResource } from '../../core/definition/resource.ts';
import { isObject, type Json } from '../../core/json.ts';
import type { TaskRequest } from '../../runtime/ports/task-dispatcher.ts';
import { parseFunctionName } from '../functions/function-name.ts';

const namesOfArns = new Map<string, string | undefined>();

/**
 * Name of the function that a task calls, by the function's ARN or by `lambda:invoke`. Undefined: it calls none, or says
 * so in a way that its handler refuses.
 */
export function calledFunction({ resource: arn, input, executionArn }: TaskRequest): string | undefined {
  const resource = parseResource(arn);
  if (resource?.kind === 'lambda') {
    if (!namesOfArns.has(arn)) namesOfArns.set(arn, parseFunctionName(arn, executionArn)?.name);
    return namesOfArns.get(arn);
  }
  if (resource?.kind !== 'service' || resource.service !== 'lambda' || resource.action !== 'invoke') return undefined;
  const parameters: Json = JSON.parse(input);
  const name = isObject(parameters) ? parameters.FunctionName : undefined;
  return typeof name === 'string' ? parseFunctionName(name, executionArn)?.name : undefined;
}
