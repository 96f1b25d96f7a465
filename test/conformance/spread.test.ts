import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Expected, readCases } from './conformance-case.ts';
import { type ChainedEvent, eventChains } from './event-chains.ts';
import { runCase } from './run-case.ts';

const CASES = readCases(join(import.meta.dirname, 'cases')).filter(([, { definition, type }]) => {
  return type !== 'EXPRESS' && /"Type":"(Map|Parallel)"/.test(JSON.stringify(definition));
});

test.each(CASES.map(([path, kase]) => [path, kase.about, kase] as const))(
  '%s holds of branches that are executions of their own: %s',
  async (_path, _about, kase) => {
    expect(inAnyOrder(await runCase(kase, 'spread'))).toEqual(inAnyOrder(kase.expected));
  },
);

/** How branches overtake each other is open. */
function inAnyOrder({ history = [], ...outcome }: Expected): object {
  const events = history.map(([seconds, previousEventId, type, details]): ChainedEvent => {
    return { previousEventId, type, text: `${seconds} s: ${type} ${JSON.stringify(details)}` };
  });
  return { ...outcome, events: eventChains(events) };
}
