import { BUILTINS } from './builtins.ts';
import type { Compiler, Evaluate } from './compiler.ts';
import { statesObject } from './states-variable.ts';

/**
 * `$name`: what the expression bound it to, else the state's variable, else a built-in function. `$` is the context
 * value, `$$` that of the whole expression.
 */
export function compileVariable(name: string, compiler: Compiler): Evaluate {
  if (name === '') return (input) => input;
  const given = compileGiven(name);
  if (name !== '$' && !compiler.isBound(name)) return given;
  return (input, frame) => {
    const binding = frame.find(name);
    return binding ? binding.value : given(input, frame);
  };
}

function compileGiven(name: string): Evaluate {
  if (name === 'states') return (_, frame) => statesObject(frame.evaluation.scope);
  const builtin = BUILTINS.get(name);
  return (_, frame) => {
    const value = frame.evaluation.scope.variable(name);
    return value === undefined ? builtin : value;
  };
}
