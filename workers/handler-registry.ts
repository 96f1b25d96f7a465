import type { TaskResource } from '../core/definition/resource.ts';
import type { FunctionHost } from './functions/function-host.ts';
import { functionHandler } from './handlers/function.ts';
import { lambdaInvokeHandler } from './integrations/lambda.ts';
import type { TaskHandler } from './task-handler.ts';

/** Which handler does which Resource; undefined where this node has none. */
export type HandlerRegistry = (resource: TaskResource) => TaskHandler | undefined;

/** The one table of what a node does by itself. */
export function createHandlerRegistry(functions: FunctionHost): HandlerRegistry {
  const invoke = lambdaInvokeHandler(functions);
  const table = new Map<string, TaskHandler>([
    ['lambda', functionHandler(functions)],
    ['lambda:invoke', invoke],
    ['lambda:invoke.waitForTaskToken', invoke],
  ]);
  return (resource) =>
    table.get(resource.kind === 'service' ? `${resource.service}:${resource.resource}` : resource.kind);
}
