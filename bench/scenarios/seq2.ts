import { noopTask, payloadOf200Bytes, type Workflow } from './workflow.ts';

export const seq2: Workflow = {
  name: 'seq2',
  about: 'two no-op functions in sequence',
  definition: { StartAt: 'First', States: { First: noopTask('Second'), Second: noopTask(undefined) } },
  input: payloadOf200Bytes(0),
  historyEvents: 12,
  inFlight: [1, 64, 256, 512, 1024],
};
