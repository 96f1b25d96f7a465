import { recordCall } from '../../../dist/cli/chaos/ledger.js';

/** Kills the process in the way that `event.kills` says. */
export async function handler(event, { taskToken }) {
  recordCall(taskToken);
  if (event.kills === 'exit') process.exit(1);
  if (event.kills === 'abort') process.abort();
  if (event.kills === 'throw')
    setImmediate(() => {
      throw new Error('outside the call');
    });
  await new Promise((resolve) => setTimeout(resolve, event.ms));
  return { ...event, count: event.count + 1 };
}
