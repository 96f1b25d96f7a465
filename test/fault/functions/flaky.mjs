import { appendFileSync } from 'node:fs';

/** Fails at the first attempt of an execution, whose token begins with its number. */
export function handler(event, { taskToken }) {
  appendFileSync(process.env.REDSTEP_LEDGER, `${taskToken}\n`);
  if (taskToken.startsWith('1.')) throw new TypeError('not yet');
  return { ...event, count: event.count + 1 };
}
