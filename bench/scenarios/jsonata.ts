import jsonata from 'jsonata';
import type { Host } from '../../core/host.ts';
import { compileJsonata } from '../../core/query/jsonata.ts';
import type { QueryScope } from '../../core/query/query-scope.ts';

/**
 * What one JSONata expression costs: our evaluator beside the jsonata package's, on the same expressions and data.
 * Run: npx tsx bench/scenarios/jsonata.ts
 */

const INPUT = {
  a: 7,
  customer: { id: 'c-1', name: 'Ann' },
  items: [
    { price: 3, quantity: 2 },
    { price: 5, quantity: 1 },
  ],
};

const EXPRESSIONS = {
  comparison: '$states.input.a > 5',
  'three-field object': '{"id": $states.input.customer.id, "name": $states.input.customer.name, "a": $states.input.a}',
  'sum over a path': '$sum($states.input.items.(price * quantity))',
  'map with a function': '$map($states.input.items, function($item) { $item.price * 2 })',
};

const HOST: Host = { random: () => 0.5, uuid: () => 'uuid', hash: () => 'hash' };
const SCOPE: QueryScope = {
  input: INPUT,
  result: undefined,
  errorOutput: undefined,
  context: () => ({}),
  variable: () => undefined,
  host: HOST,
  nowMs: 0,
};

/** Long enough for the compiler to have settled, short enough to repeat. */
const ROUND_MS = 300;
const ROUNDS = 5;

/** Microseconds of one call in the best of several rounds: the least disturbed one. */
async function microseconds(work: () => unknown): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    let calls = 0;
    while (performance.now() - start < ROUND_MS) {
      for (let i = 0; i < 100; i++) {
        const result = work();
        if (result instanceof Promise) await result;
      }
      calls += 100;
    }
    best = Math.min(best, ((performance.now() - start) * 1000) / calls);
  }
  return best;
}

console.log(`${'µs'.padEnd(24)}${'ours'.padStart(10)}${'jsonata'.padStart(10)}`);
for (const [name, expression] of Object.entries(EXPRESSIONS)) {
  const ours = compileJsonata(expression);
  const theirs = jsonata(expression);
  const bindings = { states: { input: INPUT, context: {} } };
  const rows = [
    [name, () => ours(SCOPE), () => theirs.evaluate(undefined, bindings)],
    [`  compile it`, () => compileJsonata(expression), () => jsonata(expression)],
  ] as const;
  for (const [label, our, their] of rows) {
    const [mine, other] = [await microseconds(our), await microseconds(their)];
    console.log(`${label.padEnd(24)}${mine.toFixed(2).padStart(10)}${other.toFixed(2).padStart(10)}`);
  }
}
