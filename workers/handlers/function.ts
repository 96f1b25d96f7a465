import { randomUUID } from 'node:crypto';
import type { FunctionHost } from '../functions/function-host.ts';
import { type FunctionTarget, parseFunctionName } from '../functions/function-name.ts';
import type { Attempt, TaskHandler } from '../task-handler.ts';

/** A function's ARN as Resource: the task's input is the event, the answer is the result. */
export function functionHandler(functions: FunctionHost): TaskHandler {
  const targets = new Map<string, FunctionTarget>();
  return (attempt: Attempt) => {
    const { task } = attempt;
    let target = targets.get(task.resource);
    if (target === undefined) {
      target = parseFunctionName(task.resource, task.executionArn);
      if (target === undefined) throw new TypeError(`not a function's ARN: ${task.resource}`);
      targets.set(task.resource, target);
    }
    const call = { target, event: JSON.parse(task.input), requestId: randomUUID(), clientContext: undefined, task };
    attempt.work = functions.invoke(call, { done: (result) => attempt.report(result), beat: () => attempt.beat() });
  };
}
