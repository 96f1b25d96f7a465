import { handler as flaky } from '../../../dist/cli/chaos/functions/flaky.js';

/** As `redstep chaos` has it. */
export const handler = flaky;
