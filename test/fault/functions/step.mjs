import { handler as step } from '../../../dist/cli/chaos/functions/step.js';

/** As `redstep chaos` has it. */
export const handler = step;
