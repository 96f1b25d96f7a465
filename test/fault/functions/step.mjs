import { appendFileSync } from 'node:fs';

/** Takes `event.ms` milliseconds and counts itself. Every call stands in the ledger, also one whose process dies. */
export async function handler(event, { taskToken }) {
  appendFileSync(process.env.REDSTEP_LEDGER, `${taskToken}\n`);
  if (event.ms > 0) await new Promise((resolve) => setTimeout(resolve, event.ms));
  return { ...event, count: event.count + 1 };
}
