import { parseTaskToken } from '../../../core/interpreter/task-token.ts';
import { recordCall } from '../ledger.ts';
import type { StepContext, StepEvent } from './step.ts';

/** Fails at the first attempt of an execution. */
export function handler(event: StepEvent, { taskToken }: StepContext): StepEvent {
  recordCall(taskToken);
  if (parseTaskToken(taskToken)?.taskNumber === 1) throw new TypeError('not yet');
  return { ...event, count: event.count + 1 };
}
