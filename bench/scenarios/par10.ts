import { noopTask, payloadOf200Bytes, type Workflow } from './workflow.ts';

const BRANCHES = 10;

// AWS wants each name once in a whole definition.
const branches = Array.from({ length: BRANCHES }, (_, branch) => ({
  StartAt: `Task${branch}`,
  States: { [`Task${branch}`]: noopTask(undefined) },
}));

export const par10: Workflow = {
  name: 'par10',
  about: 'a Parallel of 10 branches, one no-op function each, 200 B, all at once',
  definition: { StartAt: 'Parallel', States: { Parallel: { Type: 'Parallel', Branches: branches, End: true } } },
  input: payloadOf200Bytes(0),
  historyEvents: 6 + 5 * BRANCHES,
  inFlight: [1, 16, 64, 256],
};
