import { recordCall } from '../ledger.ts';

/** Takes `event.ms` milliseconds and counts itself. Every call stands in the ledger, also one whose process dies. */
export async function handler(event: StepEvent, { taskToken }: StepContext): Promise<StepEvent> {
  recordCall(taskToken);
  if (event.ms > 0) await new Promise((resolve) => setTimeout(resolve, event.ms));
  return { ...event, count: event.count + 1 };
}

export interface StepEvent {
  readonly ms: number;
  readonly count: number;
}

export interface StepContext {
  readonly taskToken: string;
}
