import type { Program } from '../../core/definition/program.ts';
import type { Query } from '../../core/query/query-scope.ts';
import { StateMachines } from '../../runtime/state-machines.ts';
import type { Dice } from './dice.ts';
import { replaceMethod } from './replace-method.ts';

/** Chance of an expression to throw what no execution can see: as if the interpreter had a bug there. */
const THROWS = 0.1;

/** Puts programmer's errors into every program that is compiled from now on. @returns how to end that. */
export function sabotagePrograms(dice: Dice): () => void {
  const sabotaged: WeakSet<Program> = new WeakSet();
  return replaceMethod(
    StateMachines.prototype,
    'program',
    (program) =>
      function (this: StateMachines, revision) {
        const compiled = program.call(this, revision);
        if (!sabotaged.has(compiled)) sabotage(compiled, dice);
        sabotaged.add(compiled);
        return compiled;
      },
  );
}

function sabotage(program: Program, dice: Dice): void {
  for (const { flow } of program.states.values()) {
    const { parameters, assign, output } = flow;
    Object.assign(flow, {
      parameters: parameters && unreliable(parameters, dice),
      assign: assign && unreliable(assign, dice),
      output: output && unreliable(output, dice),
    });
  }
}

function unreliable(query: Query, dice: Dice): Query {
  return (scope) => {
    if (dice.chance(THROWS)) throw new Sabotage('a programmer’s error');
    return query(scope);
  };
}

class Sabotage extends Error {
  override readonly name = 'Sabotage';
}
