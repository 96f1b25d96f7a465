import { payloadOf200Bytes, type Workflow } from './workflow.ts';

export const nop: Workflow = {
  name: 'nop',
  about: 'one Pass',
  definition: { StartAt: 'Pass', States: { Pass: { Type: 'Pass', End: true } } },
  input: payloadOf200Bytes(0),
  historyEvents: 4,
  inFlight: [1, 64, 256, 512, 1024],
};
