import { noopTask, payloadOf200Bytes, type Workflow } from './workflow.ts';

const ITEMS = 100;

const processor = { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'Task', States: { Task: noopTask(undefined) } };

/** Redstep is configured to run 100 iterations at once: AWS, and Redstep's default, would run 40. */
export const map100: Workflow = {
  name: 'map100',
  about: 'a Map over 100 items, one no-op function each, 200 B, all at once',
  definition: { StartAt: 'Map', States: { Map: { Type: 'Map', ItemProcessor: processor, End: true } } },
  input: Array.from({ length: ITEMS }, (_, number) => payloadOf200Bytes(number)),
  historyEvents: 6 + 7 * ITEMS,
  inFlight: [1, 8, 32, 64],
};
